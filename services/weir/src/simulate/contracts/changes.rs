//! Contracts that are amended, cancelled or registered twice.

use jiff::civil::Date;
use serde_json::json;

use super::{Contract, Fate};
use crate::simulate::draw::{Draw, Topic};
use crate::simulate::moment::after;
use crate::simulate::planned::{Planned, Written};
use crate::simulate::population::Population;
use crate::simulate::rates;
use crate::simulate::wire::ten_thousands;

/// Plans what becomes of contracts. Its draws are its own, so that the contracts stay as they are.
pub(super) struct Changes<'a> {
    population: &'a Population,
    draw: Draw,
    seed: u64,
}

impl<'a> Changes<'a> {
    pub(super) fn new(population: &'a Population, seed: u64) -> Self {
        Self { population, draw: Draw::new(seed, Topic::ContractChanges), seed }
    }

    /// Plans what becomes of a contract recorded on a day; answers the contract as it is registered, of which
    /// amendments make what it should be.
    pub(super) fn plan(
        &mut self,
        planned: &mut Vec<Planned>,
        contract: Contract,
        recorded: Date,
        fate: Fate,
    ) -> Contract {
        match fate {
            Fate::Stands if rates::AMENDED.happens(&mut self.draw) => {
                self.amended(planned, &contract, recorded)
            }
            Fate::Stands => contract,
            Fate::Cancelled => {
                let day = after(recorded, self.draw.between(20, 150));
                let data = json!({"effective_from": day, "reason": "双方协议解除"});
                self.say(planned, &contract, day, ("weir.contract.cancelled.v1", "cancelled"), &data);
                contract
            }
            Fate::Voided => {
                let day = after(recorded, self.draw.between(3, 40));
                let at = self.draw.at_work(day);
                if let Some(bureau) = self.population.bureau(contract.seller, contract.registered_on) {
                    let void =
                        Written::void(self.seed, &contract.number, "registered", bureau, "同一合同重复登记");
                    planned.push(void.of_its_year().at(at));
                }
                contract
            }
        }
    }

    /// Once or twice; the last amendment says what the contract is drawn as.
    fn amended(&mut self, planned: &mut Vec<Planned>, contract: &Contract, recorded: Date) -> Contract {
        let twice = rates::AMENDED_AGAIN.happens(&mut self.draw);
        let mut day = recorded;
        let last = if twice { 3 } else { 2 };
        let mut amounts = vec![(contract.amount, contract.technology_amount)];
        for _ in 2..=last {
            let percent = self.draw.between(60, 130);
            amounts.push((contract.amount * percent / 100, contract.technology_amount * percent / 100));
        }
        // The one at the end of the list is what is registered; the contract's own comes last.
        let (amount, technology_amount) = amounts.pop().unwrap_or_default();
        for revision in 2..=last {
            day = after(day, self.draw.between(20, 80));
            let Some((amount, technology_amount)) = amounts.pop() else { break };
            let data = json!({
                "revision": revision,
                "effective_from": day,
                "unit": "wCNY",
                "amount": ten_thousands(amount),
                "technology_amount": ten_thousands(technology_amount),
                "reason": "合同变更",
            });
            let what = format!("amended:{revision}");
            self.say(planned, contract, day, ("weir.contract.amended.v1", &what), &data);
        }
        Contract { amount, technology_amount, ..contract.clone() }
    }

    fn say(
        &mut self,
        planned: &mut Vec<Planned>,
        contract: &Contract,
        day: Date,
        (kind, what): (&'static str, &str),
        data: &serde_json::Value,
    ) {
        let heard = after(day, self.draw.between(1, 15));
        let recorded = self.draw.at_work(heard);
        if let Some(bureau) = self.population.bureau(contract.seller, contract.registered_on) {
            planned.push(Written::new(kind, &contract.number, what, bureau, data).of_its_year().at(recorded));
        }
    }
}
