//! Tasks that are worth a thread's while: files of one case are taken some at a time.
//!
//! What a task holds hangs on the inputs alone, so that a run that goes on finds the tasks that were done before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::stream::feed::{Task as Part, Work};

/// How many files of one case make a task.
pub(super) const FILES: usize = 8;

/// What a thread does at a time.
pub(super) struct Task {
    /// Its number, from 0.
    pub(super) number: u64,
    pub(super) parts: Vec<Part>,
}

/// Gives tasks, until it is told to stop.
pub(super) struct Tasks<I> {
    parts: I,
    /// A part that was looked at and belongs to the next task.
    next: Option<Part>,
    number: u64,
    stop: Arc<AtomicBool>,
}

impl<I> Tasks<I> {
    pub(super) fn new(parts: I, stop: Arc<AtomicBool>) -> Self {
        Self { parts, next: None, number: 0, stop }
    }
}

impl<I: Iterator<Item = Part>> Iterator for Tasks<I> {
    type Item = Task;

    fn next(&mut self) -> Option<Task> {
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        let first = self.next.take().or_else(|| self.parts.next())?;
        let is_alone = !is_single(&first);
        let mut parts = vec![first];
        while !is_alone && parts.len() < FILES {
            match self.parts.next() {
                Some(part) if is_single(&part) => parts.push(part),
                other => {
                    self.next = other;
                    break;
                }
            }
        }
        let number = self.number;
        self.number += 1;
        Some(Task { number, parts })
    }
}

fn is_single(part: &Part) -> bool {
    !matches!(part.work, Work::Lines(_) | Work::Cases(..))
}
