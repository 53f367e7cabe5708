//! The short narrative of a resource: a title and what the case says, for people.
//!
//! XHTML as FHIR R4 allows it in `Narrative.div`; every text is escaped.

/// A narrative that is being written.
#[derive(Clone, Debug)]
pub struct Story {
    html: String,
    first: bool,
}

impl Story {
    /// Begins with what the resource is.
    #[must_use]
    pub fn new(title: &str) -> Self {
        let mut html = String::from("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><b>");
        escape(title, &mut html);
        html.push_str("</b>");
        Self { html, first: true }
    }

    /// Says a thing without a label.
    pub fn say(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.html.push_str(if self.first { ": " } else { "; " });
        self.first = false;
        escape(text, &mut self.html);
    }

    /// Says a thing under its label.
    pub fn add(&mut self, label: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        self.html.push_str(if self.first { ": " } else { "; " });
        self.first = false;
        self.html.push_str("<i>");
        escape(label, &mut self.html);
        self.html.push_str("</i> ");
        escape(text, &mut self.html);
    }

    /// Says a thing under its label where there is one.
    pub fn add_some(&mut self, label: &str, text: Option<impl AsRef<str>>) {
        if let Some(text) = text {
            self.add(label, text.as_ref());
        }
    }

    /// The finished `div`.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.html.push_str("</p></div>");
        self.html
    }
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(character),
        }
    }
}
