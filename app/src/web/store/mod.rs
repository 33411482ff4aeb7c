//! The tables that every request needs: keys, settings, sessions and refused forms.

pub mod keys;
pub mod refusals;
pub mod sessions;
pub mod settings;
