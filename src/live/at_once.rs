//! Several calls at the same time, and not more than an account bears.

use std::cell::Cell;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::time::{Instant, sleep_until};

use super::NotPulled;

/// How many calls of a Region are on their way at the same time: an answer takes about a tenth of a second.
const AT_ONCE: usize = 10;

/// Asks for all of them, several at the same time, until one answer ends it all.
pub(super) async fn at_once<T>(
    items: impl IntoIterator<Item = T>,
    ask: impl AsyncFn(T) -> Result<(), NotPulled>,
) -> Result<(), NotPulled> {
    let ask = &ask;
    let asked = stream::iter(items).map(|item| ask(item));
    asked.buffer_unordered(AT_ONCE).try_collect().await
}

/// How fast calls may follow each other.
///
/// All calls to Lambda that are not invocations share 15 a second in an account and a Region, and the deployments of a team are
/// among them. Ten leave room for those, and are hardly ever throttled; what is, the SDK asks again in its standard mode. Its
/// adaptive mode would begin at one call in two seconds after the first throttled one.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(super) struct Pace {
    /// When the next call may be made.
    next: Cell<Instant>,
}

impl Pace {
    const BETWEEN: Duration = Duration::from_millis(100);

    /// The first ten calls need not wait.
    pub(super) fn new() -> Self {
        Pace {
            next: Cell::new(Pace::earliest()),
        }
    }

    /// Waits for the turn of a call.
    pub(super) async fn turn(&self) {
        let turn = self.next.get().max(Pace::earliest());
        self.next.set(turn + Pace::BETWEEN);
        sleep_until(turn).await;
    }

    fn earliest() -> Instant {
        let now = Instant::now();
        now.checked_sub(Duration::from_secs(1)).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_calls_are_made_at_once_and_then_ten_a_second() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        let took = runtime.block_on(async {
            let (pace, begin) = (Pace::new(), Instant::now());
            for _ in 0..13 {
                pace.turn().await;
            }
            begin.elapsed()
        });
        let about = Duration::from_millis(150)..Duration::from_millis(900);
        assert!(about.contains(&took), "{took:?}");
    }
}
