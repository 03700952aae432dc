//! `weir verify` finds no difference in a province as it is, and names the cells of rows that were altered by hand.

use std::path::Path;
use std::process::Output;

use anyhow::{Context, Result};
use weir_schemas::plan::SICHUAN_14;
use weir_tests::{Settings, System};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

/// A ratio of sums of reports, one over a published value that lags, one that counts distinct fields, a flow with a target
/// of each year, and the one that clients ask which moment is reflected.
const INDICATORS: [&str; 5] =
    ["HT_REV_SHARE_ASI", "HVP_PER_10K_POP", "ROADMAP_COVERAGE", "GAZELLE_FILED_YR", "HTE_COUNT"];

/// The plan with all its measures, and few indicators: each is asked for in every field.
fn plan(folder: &Path) -> Result<String> {
    // Tables of the file, at the start of a line; lists within lists stand elsewhere.
    let mut blocks = SICHUAN_14.split("\n[[");
    let mut plan = blocks.next().context("an empty plan")?.to_owned();
    for block in blocks.filter(|block| block.starts_with("indicators")) {
        if INDICATORS.iter().any(|id| block.contains(&format!("id = \"{id}\""))) {
            plan.push_str("\n[[");
            plan.push_str(block);
        }
    }
    let file = folder.join("plan.toml");
    std::fs::write(&file, plan)?;
    Ok(file.display().to_string())
}

async fn verify(data: &Path, plan: &str) -> Result<Output> {
    let mut command = tokio::process::Command::new(WEIR);
    command
        .arg("verify")
        .arg("--data")
        .arg(data)
        .args(["--plan", plan, "--show", "1000", "--events", "1000"]);
    Ok(command.output().await?)
}

#[tokio::test]
async fn a_row_altered_by_hand_is_named() -> Result<()> {
    let data = tempfile::tempdir()?;
    let data = data.path();
    let plan = plan(data)?;
    let settings =
        Settings::new(WEIR).with("--plan").with(&plan).with("--demo").with("--demo-units").with("200");
    let system = System::up(data, &settings).await?;
    system.settled().await?;

    let same = verify(data, &plan).await?;
    let said = String::from_utf8(same.stdout)?;
    assert!(same.status.success(), "{said}{}", String::from_utf8_lossy(&same.stderr));
    // Contributions, cells, and answers about indicators, measures and targets, as of the moment and of now.
    assert_eq!(said.matches("no difference").count(), 8, "{said}");
    assert!(!said.contains(": 0 compared"), "{said}");

    // Of a patent that no report is about, and of a cell in which something stands.
    let contribution = "measure = 'high_value_patents' AND live";
    let row = format!(
        "SELECT area, field, first_slot, entity FROM contributions WHERE {contribution} ORDER BY entity LIMIT 1"
    );
    let row = system.sql(&row).await?;
    let [area, field, slot, entity] = row.trim().split('\t').collect::<Vec<_>>()[..] else {
        anyhow::bail!("no patent: {row}")
    };
    system
        .write(&format!(
            "ALTER TABLE contributions UPDATE contributor = 'nobody', value = 2 WHERE {contribution} \
             AND entity = '{entity}' AND first_slot = {slot}"
        ))
        .await?;
    // Of each year a target is judged.
    let firsts =
        "ALTER TABLE contributions UPDATE value = value + 1 WHERE measure = 'gazelles_first' AND live";
    system.write(firsts).await?;
    let cell = "measure = 'rd_internal' AND area = 510000 AND field = '_T' AND slot = 202113";
    system.write(&format!("ALTER TABLE cells UPDATE value = value + 0.000001 WHERE {cell}")).await?;

    let altered = verify(data, &plan).await?;
    let said = String::from_utf8(altered.stdout)?;
    assert_eq!(altered.status.code(), Some(1), "{said}{}", String::from_utf8_lossy(&altered.stderr));
    let (sums, rest) = said.split_once("Cells in ClickHouse").context("no cells")?;
    let (cells, answers) = rest.split_once("Answers about indicators as of").context("no indicators")?;
    let (indicators, answers) = answers.split_once("Answers about measures as of").context("no measures")?;
    let (measures, targets) = answers.split_once("Answers about targets as of").context("no targets")?;
    let period = format!("{}-{}", &slot[..4], &slot[4..]);
    assert!(sums.contains(&format!("  high_value_patents {area} {field} {period}: value ")), "{said}");
    assert!(!sums.contains("rd_internal"), "{said}");
    assert!(cells.contains("  rd_internal 510000 _T 2021: value "), "{said}");
    assert!(cells.contains("1 DIFFERS"), "{said}");
    assert!(indicators.contains("  HVP_PER_10K_POP 510000 _T "), "{said}");
    assert!(measures.contains("  high_value_patents 510000 _T "), "{said}");
    assert!(targets.contains("  GAZELLE_FILED_YR 510000: years["), "{said}");
    system.leave().await
}

#[tokio::test]
async fn what_can_not_be_verified_is_said() -> Result<()> {
    let data = tempfile::tempdir()?;
    let nothing = verify(data.path(), &plan(data.path())?).await?;
    assert_eq!(nothing.status.code(), Some(1));
    let said = String::from_utf8(nothing.stderr)?;
    assert!(said.contains("name ClickHouse with --clickhouse: there is no "), "{said}");
    Ok(())
}
