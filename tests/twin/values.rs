//! Numbers, dates and addresses, from their text; nothing where the text is none.

use std::cmp::Ordering;
use std::net::IpAddr;

/// A decimal number with all of its digits: rounding would make equal what is not.
#[derive(PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    whole: String,
    fraction: String,
}

/// "An integer or decimal value."
pub(super) fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole = whole.trim_start_matches('0').to_owned();
    let fraction = fraction.trim_end_matches('0').to_owned();
    Some(Number {
        negative: text.starts_with('-') && !(whole.is_empty() && fraction.is_empty()),
        whole,
        fraction,
    })
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |number: &Number| {
            (
                number.whole.len(),
                number.whole.clone(),
                number.fraction.clone(),
            )
        };
        match (self.negative, other.negative) {
            (false, false) => size(self).cmp(&size(other)),
            (true, true) => size(other).cmp(&size(self)),
            (negative, _) => {
                if negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Seconds and nanoseconds since 1970: "W3C implementations of the ISO 8601 date formats or epoch (UNIX) time".
///
/// <https://www.w3.org/TR/NOTE-datetime>
pub(super) fn date(text: &str) -> Option<(i64, u32)> {
    if let Ok(seconds) = text.parse() {
        return Some((seconds, 0));
    }
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let parts: Vec<&str> = day.split('-').collect();
    let (year, month, day) = match parts[..] {
        [year, month] if time.is_none() => (year, month, "01"),
        [year, month, day] => (year, month, day),
        _ => return None,
    };
    let (year, month, day) = (long(year, 4)?, long(month, 2)?, long(day, 2)?);
    if !(1..=12).contains(&month) || !(1..=days(year, month)).contains(&day) {
        return None;
    }
    let years: i64 =
        (1970..year).map(days_of).sum::<i64>() - (year..1970).map(days_of).sum::<i64>();
    let months: i64 = (1..month).map(|month| days(year, month)).sum();
    let (seconds, nanoseconds) = clock(time.unwrap_or("00:00Z"))?;
    Some(((years + months + day - 1) * 86_400 + seconds, nanoseconds))
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.s`, with `Z` or how far it is ahead of it.
fn clock(time: &str) -> Option<(i64, u32)> {
    let (time, ahead) = match time.strip_suffix('Z') {
        Some(time) => (time, 0),
        None => {
            let (time, zone) = time.split_at(time.rfind(['+', '-'])?);
            let (hours, minutes) = zone[1..].split_once(':')?;
            let ahead = long(hours, 2)? * 3_600 + long(minutes, 2)? * 60;
            (time, if zone.starts_with('-') { -ahead } else { ahead })
        }
    };
    let (time, fraction) = match time.split_once('.') {
        Some((time, fraction)) => (time, Some(fraction)),
        None => (time, None),
    };
    let parts: Vec<&str> = time.split(':').collect();
    let (hours, minutes, seconds) = match parts[..] {
        [hours, minutes] if fraction.is_none() => (hours, minutes, "00"),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    let (hours, minutes, seconds) = (long(hours, 2)?, long(minutes, 2)?, long(seconds, 2)?);
    let fraction = fraction.unwrap_or("0");
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    digits(fraction)?;
    let nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Some((hours * 3_600 + minutes * 60 + seconds - ahead, nanoseconds))
}

/// A number of so many digits, as dates have them.
fn long(text: &str, length: usize) -> Option<i64> {
    (text.len() == length).then(|| digits(text))?
}

fn digits(text: &str) -> Option<i64> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

fn days_of(year: i64) -> i64 {
    (1..=12).map(|month| days(year, month)).sum()
}

fn days(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether an address is in a network; without a prefix the network is the one address.
///
/// An address of IPv4 is in no network of IPv6, nor the other way round.
pub(super) fn in_network(address: &str, network: &str) -> bool {
    let (start, prefix) = match network.split_once('/') {
        Some((start, prefix)) => (start, Some(prefix)),
        None => (network, None),
    };
    let (Some(address), Some(start)) = (bits(address), bits(start)) else {
        return false;
    };
    let Some(prefix) = prefix.map_or(Some(start.len() as i64), digits) else {
        return false;
    };
    let Ok(prefix) = usize::try_from(prefix) else {
        return false;
    };
    prefix <= start.len() && address.len() == start.len() && address[..prefix] == start[..prefix]
}

/// The 32 or 128 bits of an address.
fn bits(address: &str) -> Option<Vec<bool>> {
    let bytes = match address.parse().ok()? {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let bit = |byte: u8| (0..8).rev().map(move |at| byte >> at & 1 == 1);
    Some(bytes.into_iter().flat_map(bit).collect())
}
