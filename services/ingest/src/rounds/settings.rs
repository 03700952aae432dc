//! Which reports are taken when.

use std::time::Duration;

use clap::Args;
use weir_kernel::settings::duration;
use weir_schemas::event::Form;

/// What becomes of reports that come after their round was closed.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Rounds")]
pub struct RoundSettings {
    /// Forms whose reports are refused once their round is closed; those of other forms are accepted, and marked late
    #[arg(long, env = "WEIR_REFUSE_AFTER_CLOSING", value_name = "FORM", value_delimiter = ',', value_parser = form)]
    pub refuse_after_closing: Vec<Form>,
    /// How long what was said of rounds may go unheard before the instance is not ready
    #[arg(long, env = "WEIR_ROUNDS_PATIENCE", value_parser = duration, default_value = "10s")]
    pub rounds_patience: Duration,
}

impl Default for RoundSettings {
    fn default() -> Self {
        Self { refuse_after_closing: Vec::new(), rounds_patience: Duration::from_secs(10) }
    }
}

fn form(word: &str) -> Result<Form, String> {
    Form::from_word(word).ok_or_else(|| {
        let forms: Vec<&str> = Form::ALL.iter().map(|form| form.as_str()).collect();
        format!("is no form; the forms are {}", forms.join(", "))
    })
}
