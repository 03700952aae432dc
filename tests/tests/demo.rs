//! The demo, whole: the province's figures of 2021 are the plan's, and say that they are synthetic.

use anyhow::{Context, Result};
use rust_decimal::Decimal;
use weir_tests::{Settings, System};

/// Table 1's values of 2021, and the official ratio of R&D to GDP.
const TABLE: [(&str, &str); 11] = [
    ("HT_REVENUE", "23576"),
    ("HT_REV_SHARE_ASI", "34.8"),
    ("HTE_COUNT", "10247"),
    ("HTE_PER_10K_ENT", "125"),
    ("STSME_COUNT", "14817"),
    ("GAZELLE_COUNT", "152"),
    ("TECH_CONTRACT_TURNOVER", "1396.74"),
    ("HVP_PER_10K_POP", "4.04"),
    ("BASIC_RD_SHARE", "5.9"),
    ("RD_FTE_PER_10K_EMP", "44"),
    ("RD_GDP_RATIO", "2.26"),
];

#[tokio::test]
async fn the_demo_meets_table_1() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system =
        System::up(data.path(), &Settings::new(env!("CARGO_BIN_EXE_tested-weir")).with("--demo")).await?;
    for (indicator, official) in TABLE {
        let answer = system.get(&format!("/v1/indicators/{indicator}?from=2021&to=2021")).await?;
        assert_eq!(answer["synthetic"], true, "{indicator}");
        let value: Decimal = answer["observations"][0]["value"].as_str().context(indicator)?.parse()?;
        let official: Decimal = official.parse()?;
        let percent = (value - official).abs() / official * Decimal::ONE_HUNDRED;
        assert!(percent <= Decimal::ONE, "{indicator} is {value}, officially {official}");
    }
    for indicator in ["HVP_PER_10K_POP", "RD_GDP_RATIO"] {
        let path = format!("/v1/indicators/{indicator}?from=2021&to=2021&area=children:510000");
        let observations = system.observations(&path).await?;
        assert_eq!(observations.len(), 21);
        for observation in observations {
            assert!(observation["value"].is_string(), "{indicator} {observation}");
        }
    }
    system.leave().await
}
