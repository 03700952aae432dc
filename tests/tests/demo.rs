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
    every_indicator_answers(&system).await?;
    vintages_change_the_past(&system).await?;
    system.leave().await
}

/// All of the plan's indicators have a value in each of its years, and R&D is reviewed and closed.
async fn every_indicator_answers(system: &System) -> Result<()> {
    let plan = system.get("/v1/plan").await?;
    let indicators = plan["indicators"].as_array().context("no indicators")?;
    assert_eq!(indicators.len(), 27);
    for indicator in indicators {
        let id = indicator["id"].as_str().context("no id")?;
        let observations = system.observations(&format!("/v1/indicators/{id}?from=2021&to=2025")).await?;
        assert_eq!(observations.len(), 5, "{id}");
        for observation in observations {
            assert!(observation["value"].is_string(), "{id} {observation}");
        }
    }
    for year in 2021..=2025 {
        let path = format!("/v1/indicators/BASIC_RD_SHARE?from={year}&to={year}");
        assert_eq!(system.observations(&path).await?[0]["status"], "A", "{year}");
    }
    Ok(())
}

/// Each vintage of the GDP of 2021 was in force for a time.
async fn vintages_change_the_past(system: &System) -> Result<()> {
    for (as_of, vintage, display) in [
        ("2022-09-30", "preliminary", "2.26"),
        ("2023-09-30", "verified", "2.25"),
        ("2026-09-30", "census_revised", "2.24"),
    ] {
        let path = format!("/v1/indicators/RD_GDP_RATIO?from=2021&to=2021&as_of={as_of}");
        let observation = &system.observations(&path).await?[0];
        assert_eq!(observation["denominator_vintage"], vintage, "{observation}");
        assert_eq!(observation["display"], display, "{observation}");
    }
    Ok(())
}
