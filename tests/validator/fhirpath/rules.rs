//! Rules that need nothing outside.
