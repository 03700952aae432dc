//! Which reports are taken when.

use clap::Args;
use weir_schemas::event::Form;

/// What becomes of reports that come after their round was closed.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Rounds")]
pub struct RoundSettings {
    /// Forms whose reports are refused once their round is closed; those of other forms are accepted, and marked late
    #[arg(long, env = "WEIR_REFUSE_AFTER_CLOSING", value_name = "FORM", value_delimiter = ',', value_parser = form)]
    pub refuse_after_closing: Vec<Form>,
}

fn form(word: &str) -> Result<Form, String> {
    Form::from_word(word).ok_or_else(|| {
        let forms: Vec<&str> = Form::ALL.iter().map(|form| form.as_str()).collect();
        format!("is no form; the forms are {}", forms.join(", "))
    })
}
