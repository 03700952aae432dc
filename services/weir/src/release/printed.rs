//! Releases for people.

use rust_decimal::{Decimal, RoundingStrategy};

use super::catalogue::{Release, Status};

/// A release in a line.
pub(super) fn line(release: &Release) -> String {
    let number = release.number.map_or_else(|| "–".to_owned(), |number| number.to_string());
    let note = release.note.as_ref().map_or_else(String::new, |note| format!(" ({note})"));
    format!("{number:>3}  {}{note}, as of {:.3}: {}", release.name, release.cut, told(release))
}

/// What became of it.
fn told(release: &Release) -> String {
    match release.status {
        Status::Cut => {
            let (suppressed, protected) =
                (release.suppressed.unwrap_or_default(), release.protected.unwrap_or_default());
            let made_up = if release.synthetic == Some(true) { "; synthetic data is in it" } else { "" };
            format!(
                "{suppressed} of {protected} protected cells suppressed{}{made_up}",
                share(suppressed, protected)
            )
        }
        Status::Waiting => "not cut yet".to_owned(),
        Status::Refused => format!("refused: {}", release.reason.as_deref().unwrap_or("no reason is given")),
    }
}

/// A share in percent, rounded, where it is one of anything.
fn share(part: u64, whole: u64) -> String {
    let share = Decimal::from(part).checked_div(Decimal::from(whole));
    let percent = share.and_then(|share| share.checked_mul(Decimal::ONE_HUNDRED));
    percent.map_or_else(String::new, |percent| {
        format!(" ({:.2} %)", percent.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(status: Status) -> Release {
        let cut = status == Status::Cut;
        Release {
            name: "2024-Q2".to_owned(),
            status,
            number: cut.then_some(3),
            cut: "2024-08-01T00:00:00Z".parse().unwrap(),
            note: Some("预".to_owned()),
            protected: cut.then_some(1_200),
            suppressed: cut.then_some(55),
            synthetic: cut.then_some(true),
            reason: (status == Status::Refused).then(|| "an earlier one".to_owned()),
        }
    }

    #[test]
    fn people_are_told_what_became_of_a_release() {
        let lines = [Status::Cut, Status::Waiting, Status::Refused].map(|one| line(&release(one)));
        assert_eq!(
            lines,
            [
                "  3  2024-Q2 (预), as of 2024-08-01T00:00:00.000Z: 55 of 1200 protected cells suppressed (4.58 %); \
                 synthetic data is in it",
                "  –  2024-Q2 (预), as of 2024-08-01T00:00:00.000Z: not cut yet",
                "  –  2024-Q2 (预), as of 2024-08-01T00:00:00.000Z: refused: an earlier one",
            ]
        );
        assert_eq!(share(0, 0), "");
    }
}
