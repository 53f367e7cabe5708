//! What an evaluation works with, kept from one to the next so that it need not be allocated again.

use std::cell::Cell;

use super::expression::OpId;
use super::item::Item;

/// Memory that evaluations use again and again.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Whether a test of nothing says no instead of nothing; see [`super::holds`].
    pub(super) absent_says_no: bool,
    /// Whether `as` takes several items; see [`super::holds`].
    pub(super) as_takes_many: bool,
    pub(super) pool: Vec<Vec<Item>>,
    pub(super) written: String,
    pub(super) results: Vec<Item>,
    /// What operations came to that give the same in the whole evaluation.
    pub(super) constants: Vec<(OpId, Option<bool>)>,
    /// What paths gave that are needed more than once: their operation, and the range of `kept`.
    pub(super) paths: Vec<(OpId, usize, usize)>,
    pub(super) kept: Vec<Item>,
    pub(super) steps: Cell<u32>,
}

impl Scratch {
    /// What a test of nothing comes to.
    pub(super) fn absent(&self) -> Option<bool> {
        self.absent_says_no.then_some(false)
    }

    pub(super) fn reset(&mut self) {
        self.written.clear();
        self.results.clear();
        self.constants.clear();
        self.paths.clear();
        self.kept.clear();
        self.steps.set(0);
    }
}
