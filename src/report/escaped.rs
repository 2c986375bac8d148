//! Words that others wrote, inside of Markdown and HTML: they cannot become markup.

use super::findings::visible;

/// Words as Markdown on one line, fit for a cell of a table: what stands between backticks as code, all else as plain text.
pub(super) fn prose(words: &str) -> String {
    with_code(words, code)
}

/// The same as HTML.
pub(super) fn html(words: &str) -> String {
    with_code(words, code_element)
}

fn with_code(words: &str, code: fn(&str) -> String) -> String {
    let parts: Vec<&str> = words.split('`').collect();
    // Without its fellow the last backtick is a letter like any other.
    let unpaired = parts.len().is_multiple_of(2);
    let last = parts.len() - 1;
    let part = |(index, part): (usize, &&str)| match index % 2 {
        1 if unpaired && index == last => format!("{}{}", plain("`"), plain(part)),
        1 => code(part),
        _ => plain(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// A text as code on one line, in Markdown, fit for a cell of a table.
pub(super) fn code(text: &str) -> String {
    let shown = visible(text);
    let bare = shown.trim() == shown && !shown.is_empty();
    match bare && !shown.contains(['`', '|', '\\', '<']) {
        true => format!("`{shown}`"),
        // Backslashes mean nothing in code, but before a bar they do in a table.
        false => code_element(text),
    }
}

/// A text as code on one line, in HTML.
pub(super) fn code_element(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

/// A text on one line in which nothing is markup, of Markdown or of HTML, at whatever place it is put: a reference to a character
/// never is. <https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references>
pub(super) fn plain(text: &str) -> String {
    visible(text)
        .chars()
        .fold(String::new(), |mut out, letter| {
            match letter {
                // It calls nobody when a blank without width follows.
                '@' => out.push_str("@&#8203;"),
                '&' | '<' | '>' | '"' | '\'' | '`' | '\\' | '|' | '*' | '_' | '[' | ']' | '#'
                | '~' | '!' | '$' => {
                    out += &format!("&#{};", u32::from(letter));
                }
                other => out.push(other),
            }
            out
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_are_no_markup() {
        for (words, markdown) in [
            ("`iam:PassRole` on `*`", "`iam:PassRole` on `*`"),
            ("a *b* _c_", "a &#42;b&#42; &#95;c&#95;"),
            ("a ` b", "a &#96; b"),
            ("`a` ` b", "`a` &#96; b"),
            ("</details><!-- x", "&#60;/details&#62;&#60;&#33;-- x"),
            ("`</details>`", "<code>&#60;/details&#62;</code>"),
            ("[x](http://e)", "&#91;x&#93;(http://e)"),
            ("a\n\n# b", "a&#92;n&#92;n&#35; b"),
            ("&lt; @team", "&#38;lt; @&#8203;team"),
            ("``", "<code></code>"),
            ("`a|b` c|d", "<code>a&#124;b</code> c&#124;d"),
        ] {
            assert_eq!(prose(words), markdown, "{words}");
        }
    }

    #[test]
    fn html_has_code_too() {
        assert_eq!(
            html("`s3:*` on <b>"),
            "<code>s3:&#42;</code> on &#60;b&#62;"
        );
    }

    #[test]
    fn code_of_others_ends_where_it_ends() {
        for (text, markdown) in [
            ("s3:Get*", "`s3:Get*`"),
            ("a`b", "<code>a&#96;b</code>"),
            ("a\\|b", "<code>a&#92;&#124;b</code>"),
            (" a", "<code> a</code>"),
            ("a\nb", "<code>a&#92;nb</code>"),
            ("</code>`", "<code>&#60;/code&#62;&#96;</code>"),
            ("\u{1b}[1m", "<code>&#92;u{1b}&#91;1m</code>"),
        ] {
            assert_eq!(code(text), markdown);
        }
    }
}
