//! Text as a terminal may have it.

use textwrap::{Options, WordSplitter};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text on one line, with everything escaped that a terminal would obey
/// or that would make it read as something else; and what a build log would
/// obey: `::` where a line may begin, `##` anywhere.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        if c == '#' && before == Some('#') {
            out.extend(c.escape_unicode());
        } else if is_hidden(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        before = Some(c);
    }
    if out.trim_start().starts_with("::") { out.replacen(':', "\\u{3a}", 1) } else { out }
}

/// Shows otherwise than it reads.
pub fn is_hidden(c: char) -> bool {
    c.is_control() || is_unseen(c)
}

/// As [`clean`], but line by line.
pub fn clean_lines(text: &str) -> Vec<String> {
    text.lines().map(clean).collect()
}

/// Marks that change the order in which letters are shown, breaks of line that are
/// no control characters, and what is not shown at all.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Columns that the text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text in at most so many columns: the middle goes, since names differ at
/// their ends.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    let room = columns.saturating_sub(1);
    let head = take(text.chars(), room.div_ceil(2));
    let tail = take(text.chars().rev(), room / 2);
    format!("{head}…{}", tail.chars().rev().collect::<String>())
}

fn take(chars: impl Iterator<Item = char>, columns: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= columns
        })
        .collect()
}

/// Lines of at most so many columns; a word is never broken, so that an ARN can
/// be copied.
pub fn wrap(text: &str, columns: usize, first: &str, rest: &str) -> Vec<String> {
    let options = Options::new(columns)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}

/// `2m40s`.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round();
    let (minutes, rest) = ((whole / 60.0).floor(), whole % 60.0);
    match (minutes / 60.0).floor() {
        hours if hours > 0.0 => format!("{hours:.0}h{:02.0}m", minutes % 60.0),
        _ if minutes > 0.0 => format!("{minutes:.0}m{rest:02.0}s"),
        _ => format!("{rest:.0}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_a_terminal_that_it_would_obey() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{9b}d"), "a\\u{1b}[2Jb\\nc\\u{9b}d");
        assert_eq!(clean("user\u{202e}txt.exe"), "user\\u{202e}txt.exe");
        assert_eq!(clean("pr\u{200b}od \u{61c}"), "pr\\u{200b}od \\u{61c}");
        assert_eq!(clean("größe · 語"), "größe · 語");
    }

    #[test]
    fn nothing_reaches_a_build_log_that_it_would_obey() {
        assert_eq!(clean("::add-mask::x"), "\\u{3a}:add-mask::x");
        assert_eq!(clean("a ##[add-mask]x"), "a #\\u{23}[add-mask]x");
        assert_eq!(clean("arn:aws:s3:::bucket # 1"), "arn:aws:s3:::bucket # 1");
    }

    #[test]
    fn the_middle_of_a_long_text_goes_and_both_ends_stay() {
        assert_eq!(cut("abcdefghij", 10), "abcdefghij");
        assert_eq!(cut("abcdefghijk", 6), "abc…jk");
        assert_eq!(width(&cut("語語語語語語", 6)), 5);
    }

    #[test]
    fn a_word_longer_than_the_line_stays_whole() {
        let lines = wrap("see arn:aws:iam::123456789012:role/a-long-name now", 20, "  ", "    ");
        assert_eq!(lines, ["  see", "    arn:aws:iam::123456789012:role/a-long-name", "    now"]);
    }

    #[test]
    fn durations_read_as_people_say_them() {
        assert_eq!([0.4, 59.0, 160.0, 7260.0].map(duration), ["0s", "59s", "2m40s", "2h01m"]);
    }
}
