//! The running site: what every request needs, made once at the start.

use super::limits::Limits;
use super::settings::{Setting, Settings};
use super::store::keys::Keys;
use super::store::settings::list_settings;
use crate::base::error::AppError;
use crate::base::keys::Key;
use crate::base::mail::Mailer;
use crate::live::hub::{Hub, TopicReader};
use http::Extensions;
use leptos::prelude::use_context;
use sqlx::PgPool;
use std::sync::{Arc, PoisonError, RwLock};

/// The database's migrations; they run at the start, under a lock.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What the features hand over at the start.
pub struct Parts {
    /// Every setting there is.
    pub settings: Vec<Setting>,
    /// Reads the state of a live topic.
    pub reader: TopicReader,
    /// What features keep in memory, by type.
    pub state: Extensions,
}

/// The running site. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    pub pool: PgPool,
    pub keys: Arc<Keys>,
    /// The key of the audit record. It is never in the database.
    pub audit_key: Key,
    /// Sends changes to open pages.
    pub hub: Hub,
    /// Sends mail, where a mail server is set.
    pub mailer: Option<Mailer>,
    pub limits: Arc<Limits>,
    /// Where people reach the site, without a slash at the end: `https://phuong.example.vn`.
    pub public_url: Arc<str>,
    /// The address of the folder with scripts and style, named by their hash: `/pkg-1a2b3c`.
    pub assets: Arc<str>,
    declared: Arc<[Setting]>,
    settings: Arc<RwLock<Arc<Settings>>>,
    state: Arc<Extensions>,
}

impl Site {
    /// Loads keys and settings from a migrated database.
    pub async fn new(
        pool: PgPool,
        public_url: &str,
        assets: &str,
        audit_key: Key,
        parts: Parts,
    ) -> Result<Self, sqlx::Error> {
        super::wire::set_build(assets);
        let keys = Arc::new(Keys::load(&pool).await?);
        let settings = Settings::new(list_settings(&pool).await?);
        settings.number_format().apply();
        Ok(Self {
            hub: Hub::new(pool.clone(), parts.reader),
            limits: Arc::new(Limits::new(keys.limits.clone())),
            pool,
            keys,
            audit_key,
            mailer: None,
            public_url: public_url.trim_end_matches('/').into(),
            assets: assets.into(),
            declared: parts.settings.into(),
            settings: Arc::new(RwLock::new(Arc::new(settings))),
            state: Arc::new(parts.state),
        })
    }

    /// The same site with other connections to its database.
    pub fn with_pool(&self, pool: PgPool) -> Self {
        Self { pool, ..self.clone() }
    }

    /// The settings in force.
    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Every setting that a feature declares.
    pub fn declared_settings(&self) -> &[Setting] {
        &self.declared
    }

    /// Loads the settings again and returns whether they changed.
    pub async fn reload_settings(&self) -> Result<bool, sqlx::Error> {
        let fresh = Arc::new(Settings::new(list_settings(&self.pool).await?));
        let mut current = self.settings.write().unwrap_or_else(PoisonError::into_inner);
        let changed = *current != fresh;
        fresh.number_format().apply();
        *current = fresh;
        Ok(changed)
    }

    /// What a feature keeps in memory.
    ///
    /// # Panics
    /// Where the feature did not hand over a value of this type at the start, which is a mistake in the program.
    pub fn state<T: Send + Sync + 'static>(&self) -> Arc<T> {
        self.state.get::<Arc<T>>().cloned().expect("the feature hands its state over at the start")
    }

    /// Whether browsers reach the site by https, so that cookies can be Secure.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The full name of a cookie. Browsers keep other hosts from setting a `__Host-` name, but only over https.
    pub fn cookie_name(&self, name: &str) -> String {
        if self.is_https() { format!("__Host-{name}") } else { name.to_owned() }
    }
}

/// The site that serves the current request. There is none once its client has left: what is still being rendered then
/// ends by itself, and nobody needs to hear of it.
pub fn current_site() -> Result<Site, AppError> {
    use_context::<Site>().ok_or_else(|| {
        tracing::debug!("a request was over before it was answered");
        AppError::Internal
    })
}
