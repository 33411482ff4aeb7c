//! Keeping the list in force up to date.

use super::store::load_terms;
use super::{ActiveTerms, TermList};
use crate::base::error::AppError;
use crate::web::site::Site;

/// Loads the list again, if it changed.
pub async fn reload_terms(site: &Site) -> Result<(), AppError> {
    let terms = load_terms(&site.pool).await?;
    let active = site.state::<ActiveTerms>();
    if active.get().consists_of(&terms) {
        return Ok(());
    }
    // preparing ten thousand terms takes a while
    let list = tokio::task::spawn_blocking(move || TermList::new(terms)).await.map_err(|_| AppError::Internal)?;
    active.set(list);
    Ok(())
}
