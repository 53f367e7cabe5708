//! Threads that work on tasks, and one output in the order of the inputs.
//!
//! A thread that is far ahead of the output waits, so that no more is held than a few tasks a thread.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The stack of a thread: that of the main thread on the usual systems.
const STACK: usize = 8 * 1024 * 1024;

/// Whether the output takes more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Go,
    Stop,
}

/// How much is done at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) threads: usize,
    /// How many tasks a thread may be ahead of the output.
    pub(crate) ahead: u64,
}

/// Works on all tasks of the feed. Each thread makes its own worker by `worker`; what that gives for the tasks goes to `print` in
/// the order of the tasks, from one thread at a time.
pub(crate) fn run<T, P: Send, W: FnMut(T) -> P>(
    feed: impl Iterator<Item = T> + Send,
    pace: Pace,
    worker: impl Fn() -> W + Sync,
    print: impl FnMut(P) -> Flow + Send,
) {
    let threads = pace.threads.max(1);
    let desk = Desk {
        feed: Mutex::new((0, feed)),
        line: Mutex::new(Line { next: 0, waiting: BTreeMap::new(), flow: Flow::Go, is_printing: false }),
        print: Mutex::new(print),
        turn: Condvar::new(),
        ahead: pace.ahead.saturating_mul(u64::try_from(threads).unwrap_or(u64::MAX)).max(1),
    };
    if threads == 1 {
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

struct Desk<P, F, I> {
    /// The number of the next task, and the tasks.
    feed: Mutex<(u64, I)>,
    line: Mutex<Line<P>>,
    print: Mutex<F>,
    turn: Condvar,
    ahead: u64,
}

/// What is done and waits for its turn.
struct Line<P> {
    next: u64,
    waiting: BTreeMap<u64, P>,
    flow: Flow,
    /// Whether a thread prints; it goes on until nothing is left whose turn has come.
    is_printing: bool,
}

impl<P, F: FnMut(P) -> Flow, I: Iterator> Desk<P, F, I> {
    fn work<W: FnMut(I::Item) -> P>(&self, mut worker: W) {
        // Should a worker panic, nobody waits for what it will never give.
        let _guard = StopOnPanic(self);
        loop {
            // A statement of its own, so that the feed is free while this thread works.
            let Some((number, task)) = self.next() else { return };
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

    fn next(&self) -> Option<(u64, I::Item)> {
        let mut feed = lock(&self.feed);
        let (number, tasks) = &mut *feed;
        let task = tasks.next()?;
        *number += 1;
        Some((*number - 1, task))
    }

    /// Lays down what a task gave. Whoever finds nobody printing prints what is next; the others go back to work.
    fn hand_in(&self, number: u64, piece: P) {
        let mut line = lock(&self.line);
        line.waiting.insert(number, piece);
        if line.is_printing {
            return;
        }
        line.is_printing = true;
        while line.flow == Flow::Go {
            let next = line.next;
            let Some(piece) = line.waiting.remove(&next) else { break };
            drop(line);
            let flow = (lock(&self.print))(piece);
            line = lock(&self.line);
            line.flow = flow;
            line.next += 1;
            self.turn.notify_all();
        }
        line.is_printing = false;
        self.turn.notify_all();
    }
}

struct StopOnPanic<'d, P, F, I>(&'d Desk<P, F, I>);

impl<P, F, I> Drop for StopOnPanic<'_, P, F, I> {
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
