//! What every feature declares, gathered: settings, actions, and what is kept in memory. A new feature adds its lines
//! here.

use crate::features::audit::{Action, Actions};
use crate::features::media::storage::Storage;
use crate::features::rules::{ActiveTerms, TermList};
use crate::features::statistics::page::SharedHistory;
use crate::features::statistics::traffic::Traffic;
use crate::features::{
    accounts, appearance, calendar, closures, comments, faults, front, import, inquiries, media, menu, moderation,
    notes, notices, questions, ratings, rules, search, series, settings, statistics, taxonomy, transfer, writing,
};
use crate::frame::SharedFrame;
use crate::topics;
use crate::web::settings::Setting;
use crate::web::site::Parts;
use http::Extensions;
use sqlx::PgPool;
use std::sync::Arc;

/// Every setting there is.
pub fn settings() -> Vec<Setting> {
    let declared = [
        crate::web::settings::SETTINGS,
        accounts::SETTINGS,
        comments::SETTINGS,
        moderation::SETTINGS,
        ratings::SETTINGS,
        statistics::SETTINGS,
        media::SETTINGS,
        faults::SETTINGS,
        search::SETTINGS,
        questions::SETTINGS,
        inquiries::SETTINGS,
    ];
    declared.concat()
}

/// Everything that staff can do.
pub fn actions() -> Vec<Action> {
    let declared = [
        comments::ACTIONS,
        moderation::ACTIONS,
        questions::ACTIONS,
        notes::ACTIONS,
        ratings::ACTIONS,
        closures::ACTIONS,
        rules::ACTIONS,
        settings::ACTIONS,
        accounts::ACTIONS,
        writing::ACTIONS,
        media::ACTIONS,
        taxonomy::ACTIONS,
        faults::ACTIONS,
        front::ACTIONS,
        notices::ACTIONS,
        calendar::ACTIONS,
        series::ACTIONS,
        menu::ACTIONS,
        import::ACTIONS,
        transfer::ACTIONS,
        appearance::ACTIONS,
    ];
    declared.concat()
}

/// What the features hand over to the running site.
pub fn parts(pool: PgPool, storage: Storage) -> Parts {
    let traffic = Arc::new(Traffic::default());
    let mut state = Extensions::new();
    state.insert(Arc::clone(&traffic));
    state.insert(Arc::new(storage));
    state.insert(Arc::new(SharedHistory::default()));
    state.insert(Arc::new(SharedFrame::default()));
    state.insert(Arc::new(Actions(actions())));
    state.insert(Arc::new(ActiveTerms::new(TermList::new(Vec::<String>::new()))));
    Parts { settings: settings(), reader: topics::reader(pool, traffic), state }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_and_actions_have_names_of_their_own_and_valid_defaults() {
        let mut keys: Vec<&str> = settings().iter().map(|setting| setting.key).collect();
        let mut names: Vec<&str> = actions().iter().map(|action| action.name).collect();
        let counts = (keys.len(), names.len());
        keys.sort_unstable();
        keys.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!((keys.len(), names.len()), counts);
        for setting in settings() {
            assert_eq!(setting.check(setting.default), Ok(()));
        }
    }
}
