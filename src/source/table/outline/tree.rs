//! Drafted fields as YAML: those below one field together, stages as items of their kinds.

/// A field that is drafted, with what stands below it.
pub(super) struct Branch {
    name: String,
    value: Option<String>,
    below: Vec<Branch>,
}

/// Adds a field by its path (`stage clinical.t`); one that is there already stays.
pub(super) fn add(tree: &mut Vec<Branch>, path: &str, value: &str) {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    // Of a code its system stands after the blank, which is in the value.
    let head = if rest.is_none() { head.split(' ').next().unwrap_or(head) } else { head };
    let at = tree.iter().position(|branch| branch.name == head).unwrap_or_else(|| {
        tree.push(Branch { name: head.to_owned(), value: None, below: Vec::new() });
        tree.len() - 1
    });
    let Some(branch) = tree.get_mut(at) else { return };
    match rest {
        Some(rest) => add(&mut branch.below, rest, value),
        None => {
            branch.value.get_or_insert_with(|| value.to_owned());
        }
    }
}

/// Writes the fields as lines, each with its indent.
pub(super) fn write(tree: &[Branch], indent: usize, lines: &mut Vec<(usize, String)>) {
    let mut has_stage = false;
    for branch in tree {
        if let Some(kind) = branch.name.strip_prefix("stage ") {
            if !std::mem::replace(&mut has_stage, true) {
                lines.push((indent, "stage:".to_owned()));
            }
            let mut own = Vec::new();
            write(&branch.below, indent + 4, &mut own);
            if matches!(kind, "clinical" | "pathological") {
                own.insert(0, (indent + 4, format!("kind: {kind}")));
            }
            if let Some((at, line)) = own.first_mut() {
                (*at, *line) = (indent + 2, format!("- {line}"));
            }
            lines.extend(own);
            continue;
        }
        match &branch.value {
            Some(value) => lines.push((indent, format!("{}: {value}", branch.name))),
            None => {
                lines.push((indent, format!("{}:", branch.name)));
                write(&branch.below, indent + 2, lines);
            }
        }
    }
}
