//! shim
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    Other,
    Xhtml,
}
impl Primitive {
    pub fn from_name(n: &str) -> Option<Self> {
        Some(if n == "xhtml" { Self::Xhtml } else { Self::Other })
    }
}
