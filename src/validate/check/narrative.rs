//! shim
pub fn html_checks(_: &str) -> bool {
    true
}
