//! The checks themselves, for a reader at a terminal.

use crate::gate::{Check, Severity};

use super::terminal::{BOLD, DIM, line};

/// A check a line: its name, how much a finding matters, and what it is about.
#[must_use]
pub fn checks_to_terminal(checks: &[Check]) -> String {
    let width = |text: fn(&Check) -> &str| checks.iter().map(|check| text(check).len()).max();
    let names = width(|check| check.id).unwrap_or_default();
    let severities = width(|check| check.severity.name()).unwrap_or_default();
    let mut out = String::new();
    for Check {
        id,
        title,
        severity,
        ..
    } in checks
    {
        let style = super::findings_terminal::style(*severity);
        let severity = severity.name();
        line(
            &mut out,
            format_args!(
                "{BOLD}{id:<names$}{BOLD:#}  {style}{severity:<severities$}{style:#}  {title}"
            ),
        );
    }
    out
}

/// What one check looks for, why, and on what that rests.
#[must_use]
pub fn check_to_terminal(check: &Check) -> String {
    let Check {
        id,
        title,
        property,
        help,
        severity,
        source,
    } = check;
    let style = super::findings_terminal::style(*severity);
    let unless = match severity {
        Severity::Off => "not looked for, unless `tightrope.toml` gives it a severity",
        _ => "unless `tightrope.toml` gives it another severity",
    };
    let mut out = String::new();
    line(
        &mut out,
        format_args!("{style}{severity}{style:#}{BOLD}[{id}]: {title}{BOLD:#}"),
    );
    line(&mut out, format_args!("  holds   {property}"));
    line(&mut out, format_args!("  why     {help}"));
    line(&mut out, format_args!("  as      {severity}, {unless}"));
    line(&mut out, format_args!("  source  {DIM}{source}{DIM:#}"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::CHECKS;

    #[test]
    fn checks_stand_in_columns() {
        let text = anstream::adapter::strip_str(&checks_to_terminal(&CHECKS)).to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), CHECKS.len());
        for (line, check) in lines.iter().zip(&CHECKS) {
            assert_eq!(
                line.find(check.title),
                lines[0].find(CHECKS[0].title),
                "{line}"
            );
            assert!(line.starts_with(check.id), "{line}");
        }
    }

    #[test]
    fn a_check_says_all_that_it_knows_of_itself() {
        for check in &CHECKS {
            let text = check_to_terminal(check);
            for part in [
                check.id,
                check.title,
                check.property,
                check.help,
                check.source,
            ] {
                assert!(text.contains(part), "{text}");
            }
        }
    }
}
