//! Threads that work on tasks, and one output in the order of the inputs.
//!
//! A thread that is far ahead of the output waits, so that no more is held than a few tasks a thread.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::feed::{Feed, Task};

/// How many tasks a thread may be ahead of the output.
const AHEAD: u64 = 16;
/// The stack of a thread: that of the main thread on the usual systems.
const STACK: usize = 8 * 1024 * 1024;

/// Whether the output takes more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Go,
    Stop,
}

/// Works on all tasks of the feed with so many threads. Each thread makes its own worker by `worker`; what that gives for the
/// tasks goes to `print` in the order of the tasks, from one thread at a time.
pub(super) fn run<P: Send, W: FnMut(Task) -> P>(
    feed: Feed,
    threads: usize,
    worker: impl Fn() -> W + Sync,
    print: impl FnMut(P) -> Flow + Send,
) {
    let desk = Desk {
        feed: Mutex::new(feed),
        line: Mutex::new(Line { print, next: 0, waiting: BTreeMap::new(), flow: Flow::Go }),
        turn: Condvar::new(),
        ahead: AHEAD.saturating_mul(u64::try_from(threads).unwrap_or(AHEAD)),
    };
    if threads <= 1 {
        desk.work(worker());
        return;
    }
    let started = thread::scope(|scope| {
        (0..threads)
            .filter(|_| {
                let work = || desk.work(worker());
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).is_ok()
            })
            .count()
    });
    // A system that gives no thread has this one.
    if started == 0 {
        desk.work(worker());
    }
}

struct Desk<P, F> {
    feed: Mutex<Feed>,
    line: Mutex<Line<P, F>>,
    turn: Condvar,
    ahead: u64,
}

/// What is done and waits for its turn.
struct Line<P, F> {
    print: F,
    next: u64,
    waiting: BTreeMap<u64, P>,
    flow: Flow,
}

impl<P, F: FnMut(P) -> Flow> Desk<P, F> {
    fn work<W: FnMut(Task) -> P>(&self, mut worker: W) {
        // Should a worker panic, nobody waits for what it will never give.
        let _guard = StopOnPanic(self);
        loop {
            // A statement of its own, so that the feed is free while this thread works.
            let task = lock(&self.feed).next();
            let Some(task) = task else { return };
            let number = task.number;
            let mut line = lock(&self.line);
            while line.flow == Flow::Go && number >= line.next + self.ahead {
                line = self.turn.wait(line).unwrap_or_else(PoisonError::into_inner);
            }
            if line.flow == Flow::Stop {
                return;
            }
            drop(line);
            let piece = worker(task);
            self.hand_in(number, piece);
        }
    }

    fn hand_in(&self, number: u64, piece: P) {
        let mut line = lock(&self.line);
        line.waiting.insert(number, piece);
        while line.flow == Flow::Go {
            let next = line.next;
            let Some(piece) = line.waiting.remove(&next) else { break };
            line.flow = (line.print)(piece);
            line.next += 1;
        }
        self.turn.notify_all();
    }
}

struct StopOnPanic<'d, P, F>(&'d Desk<P, F>);

impl<P, F> Drop for StopOnPanic<'_, P, F> {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(&self.0.line).flow = Flow::Stop;
            self.0.turn.notify_all();
        }
    }
}

/// A lock whose holder panicked still holds sound data: nothing is left half changed here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
