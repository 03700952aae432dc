//! Quotes in CSV: one that is opened by a slip takes the rows below it into its cell.

use anyhow::bail;

/// Where in a cell a text is.
#[derive(Clone, Copy)]
enum At {
    /// Before its first character.
    Beginning,
    /// In a cell without quotes, or behind those of one that had them.
    Plain,
    /// Within quotes.
    Quoted,
    /// Behind a quote that ends the quotes, or begins two that stand for one.
    Quote,
}

/// Checks that the quotes of every cell end, and that nothing stands behind them where lines ended within: the reader of CSV would take
/// either in silence.
///
/// # Errors
/// When that is not so; the message names the line.
pub(super) fn check(text: &str, delimiter: u8) -> anyhow::Result<()> {
    let (mut at, mut line, mut opened) = (At::Beginning, 1_u64, 1);
    for byte in text.bytes() {
        at = match (at, byte) {
            (At::Beginning, b'"') => {
                opened = line;
                At::Quoted
            }
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) | (At::Quote, b'"') => At::Quoted,
            (_, b'\n' | b'\r') => At::Beginning,
            (_, byte) if byte == delimiter => At::Beginning,
            (At::Quote, _) if opened < line => {
                bail!("line {opened} opens a quote that ends in line {line}, in the middle of a cell")
            }
            _ => At::Plain,
        };
        line += u64::from(byte == b'\n');
    }
    if let At::Quoted = at {
        bail!("line {opened} opens a quote that never ends");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_opened_by_a_slip_is_told_by_its_line() {
        for text in [
            "a,b\n",
            "\"a\nb\",c\r\n\"\",d\n",
            "\"a \"\"b\"\" c\",d\n",
            "a \"b\" c,5\"\n",
            "\"a\" b,c\n",
            "\"a\nb\"\"\",c",
            "\"\"",
        ] {
            assert!(check(text, b',').is_ok(), "{text:?}");
        }
        let refused = |text: &str| check(text, b',').unwrap_err().to_string();
        assert_eq!(refused("a,b\n1,\"2\n3,4\n"), "line 2 opens a quote that never ends");
        assert_eq!(
            refused("a,b\n1,\"2\n3,4\n5,\"6\n"),
            "line 2 opens a quote that ends in line 4, in the middle of a cell"
        );
        assert!(check("1;\"2\n3;4\";5\n", b';').is_ok());
    }
}
