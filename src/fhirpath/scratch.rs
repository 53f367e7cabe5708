//! What an evaluation works with, kept from one to the next so that it need not be allocated again.

use std::cell::Cell;

use super::expression::OpId;
use super::item::{Item, Node};
use super::sharing::OF_ALL;

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
    /// What paths gave that are needed more than once: their operation or what they are, and the range of `kept`.
    pub(super) paths: Vec<(u64, usize, usize)>,
    pub(super) kept: Vec<Item>,
    /// Whether paths are kept from one expression to the next.
    remembers: bool,
    /// Of which node they are.
    subject: Option<Node>,
    pub(super) steps: Cell<u32>,
}

impl Scratch {
    /// What a test of nothing comes to.
    pub(super) fn absent(&self) -> Option<bool> {
        self.absent_says_no.then_some(false)
    }

    /// Forgets a document, and keeps from now on what paths gave from one rule of a node to the next. Whoever calls this evaluates
    /// expressions on one document until the next call.
    pub fn begin(&mut self) {
        self.remembers = true;
        self.subject = None;
    }

    pub(super) fn reset(&mut self, subject: Option<Node>) {
        self.written.clear();
        self.results.clear();
        self.constants.clear();
        let is_same = self.remembers && subject.is_some() && self.subject == subject;
        self.subject = subject;
        if is_same {
            self.paths.retain(|(path, ..)| path & OF_ALL != 0);
        } else {
            self.paths.clear();
            self.kept.clear();
        }
        self.steps.set(0);
    }
}
