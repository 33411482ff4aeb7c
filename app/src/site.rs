//! What every request needs of the running program, made once at the start.

use crate::error::AppError;
use crate::keys::{Key, Keys};
use crate::limits::Limits;
use crate::live::hub::Hub;
use crate::mail::Mailer;
use crate::rules::{self, Words};
use crate::settings::{Settings, store};
use crate::statistics::traffic::Traffic;
use leptos::prelude::use_context;
use sqlx::PgPool;
use std::sync::{Arc, RwLock};

/// The database's migrations; run at start, under a lock.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// The running site: database, keys, settings, hub, traffic and limits. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    /// The database.
    pub pool: PgPool,
    /// The secret keys.
    pub keys: Arc<Keys>,
    /// The key of the record of what staff did; it is not in the database.
    pub audit: Key,
    /// What changed, for open pages.
    pub hub: Hub,
    /// Who is on the site, in numbers.
    pub traffic: Arc<Traffic>,
    /// Sends mail, where a server for it is set.
    pub mail: Option<Mailer>,
    /// How much of what one visitor or address may do.
    pub limits: Arc<Limits>,
    /// Where the site is seen from outside, without a slash at the end: `https://phuong.example.vn`.
    pub public_url: Arc<str>,
    /// The address of the folder with scripts and style, named by their hash: `/pkg-1a2b3c`.
    pub assets: Arc<str>,
    settings: Arc<RwLock<Arc<Settings>>>,
    words: Arc<RwLock<Arc<Words>>>,
}

impl Site {
    /// Reads keys and settings of a migrated database.
    pub async fn new(pool: PgPool, public_url: &str, assets: &str, audit: Key) -> Result<Self, sqlx::Error> {
        crate::wire::serve(assets);
        let keys = Arc::new(Keys::load(&pool).await?);
        let settings = Arc::new(RwLock::new(Arc::new(store::load(&pool).await?)));
        let words = Arc::new(RwLock::new(Arc::new(Words::new(rules::store::load(&pool).await?))));
        let traffic: Arc<Traffic> = Arc::default();
        let hub = Hub::new(pool.clone(), Arc::clone(&traffic));
        let public_url = public_url.trim_end_matches('/').into();
        Ok(Self {
            pool,
            keys,
            audit,
            hub,
            traffic,
            mail: None,
            limits: Arc::default(),
            public_url,
            assets: assets.into(),
            settings,
            words,
        })
    }

    /// The settings in force.
    pub fn settings(&self) -> Arc<Settings> {
        self.settings
            .read()
            .map(|settings| Arc::clone(&settings))
            .unwrap_or_else(|poisoned| Arc::clone(&poisoned.into_inner()))
    }

    /// The list of words in force.
    pub fn words(&self) -> Arc<Words> {
        self.words.read().map(|words| Arc::clone(&words)).unwrap_or_else(|poisoned| Arc::clone(&poisoned.into_inner()))
    }

    /// Reads the list of words anew, if it is another by now.
    pub async fn reload_words(&self) -> Result<(), AppError> {
        let terms = rules::store::load(&self.pool).await?;
        if self.words().is(&terms) {
            return Ok(());
        }
        // ten thousand words take a while to be made ready
        let fresh = tokio::task::spawn_blocking(move || Words::new(terms)).await.map_err(|_| AppError::Internal)?;
        *self.words.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(fresh);
        Ok(())
    }

    /// Reads the settings anew; tells whether they differ from those before.
    pub async fn reload_settings(&self) -> Result<bool, sqlx::Error> {
        let fresh = Arc::new(store::load(&self.pool).await?);
        let mut held = self.settings.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let changed = *held != fresh;
        *held = fresh;
        Ok(changed)
    }

    /// Whether browsers reach the site by https, so that cookies can be Secure.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// A cookie's name: browsers protect `__Host-` names from being set by other hosts, but only over https.
    pub fn cookie_name(&self, name: &str) -> String {
        if self.is_https() { format!("__Host-{name}") } else { name.to_owned() }
    }
}

/// The site that serves the request being answered.
pub fn site() -> Result<Site, AppError> {
    use_context::<Site>().ok_or_else(|| {
        tracing::error!("a server function ran outside a request");
        AppError::Internal
    })
}
