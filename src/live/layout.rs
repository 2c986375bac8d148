//! How the AWS CLI lays out JSON: four spaces a level, one member a line.

/// Lays out JSON without any white space between its parts.
pub(super) fn lay_out(compact: &str) -> String {
    let mut text = String::with_capacity(compact.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut rest = compact.chars().peekable();
    while let Some(letter) = rest.next() {
        if in_string {
            text.push(letter);
            (in_string, escaped) = (letter != '"' || escaped, letter == '\\' && !escaped);
            continue;
        }
        match letter {
            '"' => in_string = true,
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if !text.ends_with(['{', '[']) {
                    line(&mut text, depth);
                }
            }
            ' ' | '\n' | '\r' | '\t' => continue,
            _ => {}
        }
        text.push(letter);
        match letter {
            '{' | '[' => {
                depth += 1;
                while rest.peek().is_some_and(|next| next.is_ascii_whitespace()) {
                    rest.next();
                }
                if !matches!(rest.peek(), Some('}' | ']')) {
                    line(&mut text, depth);
                }
            }
            ',' => line(&mut text, depth),
            ':' => text.push(' '),
            _ => {}
        }
    }
    text.push('\n');
    text
}

fn line(text: &mut String, depth: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', depth * 4));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_as_the_cli_does_and_texts_stay_as_they_are() {
        let laid_out = lay_out(r#"{"a":[],"b":{ },"c":["x, {y}\"]:\\",1.50, {"d":null}]}"#);
        let expected = "{\n    \"a\": [],\n    \"b\": {},\n    \"c\": [\n        \"x, {y}\\\"]:\\\\\",\n        1.50,\n        {\n            \"d\": null\n        }\n    ]\n}\n";
        assert_eq!(laid_out, expected);
    }
}
