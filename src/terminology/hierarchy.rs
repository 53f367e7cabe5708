//! Which concepts of a code system lie below which: by nesting, and by the properties `parent` and `subsumedBy`
//! (FHIR R4, code systems, "Code system hierarchy").

use std::collections::HashMap;

use crate::definition::CodeSystem;

/// The children of each concept.
#[derive(Debug, Default)]
pub(super) struct Hierarchy {
    /// Parent and child, sorted.
    edges: Box<[(u32, u32)]>,
    count: usize,
}

impl Hierarchy {
    pub(super) fn of(system: &CodeSystem) -> Self {
        let mut edges = Vec::new();
        let mut rows: Option<HashMap<&str, u32>> = None;
        for (row, concept) in (0_u32..).zip(&system.concepts) {
            edges.extend(concept.parent.map(|parent| (parent, row)));
            let named = concept.properties.iter().filter(|p| matches!(p.code.as_ref(), "parent" | "subsumedBy"));
            for property in named {
                let rows = rows.get_or_insert_with(|| {
                    // The first of two concepts with one code is the one that is meant.
                    let mut rows = HashMap::with_capacity(system.concepts.len());
                    for (row, concept) in (0_u32..).zip(&system.concepts) {
                        rows.entry(concept.code.as_ref()).or_insert(row);
                    }
                    rows
                });
                edges.extend(rows.get(property.value.as_ref()).map(|parent| (*parent, row)));
            }
        }
        edges.sort_unstable();
        edges.dedup();
        Self { edges: edges.into(), count: system.concepts.len() }
    }

    /// Marks what lies below a concept, without the concept itself; a ring of parents is followed once.
    pub(super) fn below(&self, row: u32) -> Vec<bool> {
        let mut marks = vec![false; self.count];
        let mut open = vec![row];
        while let Some(parent) = open.pop() {
            for child in self.children(parent) {
                if let Some(mark) = marks.get_mut(child as usize)
                    && !*mark
                {
                    *mark = true;
                    open.push(child);
                }
            }
        }
        marks
    }

    /// The children of a concept.
    pub(super) fn children(&self, row: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.edges.partition_point(|(parent, _)| *parent < row);
        self.edges
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(move |(parent, _)| *parent == row)
            .map(|edge| edge.1)
    }

    /// The parents of a concept.
    pub(super) fn parents(&self, row: u32) -> impl Iterator<Item = u32> + '_ {
        self.edges.iter().filter(move |(_, child)| *child == row).map(|edge| edge.0)
    }
}
