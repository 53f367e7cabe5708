//! What the tables of treatments have in common: what a treatment is for, and why it is given.
//!
//! The tables' reasons are those for which a treatment is given. The case's `reason` of a treatment that was not done, was stopped or
//! interrupted is why that was so; of such a treatment the reason for which it was meant is a remark.

use super::super::draft::{Draft, Record};
use super::cells::{Cells, Told};
use super::coded::{Coded, Given};
use super::words;
use crate::issue::Code;
use crate::terminology::systems;

impl Cells<'_, '_, '_> {
    /// What a treatment is for: a code of mCODE's procedure intents. Those that the case has no word for are remarks.
    pub(super) fn intent(&mut self, column: &'static str, item: &mut Record) {
        let Some(given) = self.concept(Coded::in_system(column, systems::SNOMED_CT)) else { return };
        let place = self.place(column);
        let word = given.code_in(systems::SNOMED_CT).and_then(|code| words::INTENTS.iter().find(|row| row.0 == code));
        if let Some((_, word)) = word {
            item.set("intent", Draft::Text((*word).to_owned(), place));
            return;
        }
        if given.code_in(systems::SNOMED_CT).is_some() {
            let message = "the case has no word for this intent; it is kept in words";
            let help = "mCODE's intents are 373808002 curative, 363676003 palliative, 399707004 supportive, 261004008 diagnostic, 129428001 preventive";
            self.tell(Code::UnusableCode, place, message, help);
        }
        self.remark(column, &Told { text: given.spelled(), span: place });
    }

    /// Why a treatment is given.
    pub(super) fn reasons(&mut self, columns: Coded, status: Option<&Draft>, item: &mut Record) {
        let given = self.concepts(columns);
        let undone =
            matches!(status, Some(Draft::Text(word, _)) if matches!(word.as_str(), "not-done" | "stopped" | "on-hold"));
        for reason in given {
            if undone {
                let told = Told { text: reason.spelled(), span: self.place(columns.code) };
                self.remark(columns.code, &told);
            } else {
                item.push("reason", Given::draft(reason));
            }
        }
    }
}
