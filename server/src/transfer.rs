//! `loa-phuong export` and `loa-phuong import folder`: the whole site as a folder of files that anybody can read, and
//! an empty site made from them. What the files say is in `app::features::transfer`.

mod export;
mod folder;
mod html;

pub use export::{Exported, export};
pub use folder::import_folder;

use crate::config::{CommonOptions, ExportOptions};
use app::features::transfer::Scope;
use sqlx::PgPool;
use std::error::Error;

pub type TransferResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The file that is written last, and without which a folder is not complete.
const SITE_FILE: &str = "site.json";

/// Runs `loa-phuong export`.
pub async fn run_export_command(pool: &PgPool, common: &CommonOptions, options: &ExportOptions) -> TransferResult<()> {
    let scope = if options.all { Scope::All } else { Scope::Public };
    let exported = export(pool, &common.storage()?, &options.to, scope).await?;
    for (name, count) in &exported.counts {
        println!("{name}: {count}");
    }
    for path in &exported.missing {
        println!("missing in the file store: {path}");
    }
    println!("The folder {} is complete. Open index.html in a browser to read it.", options.to.display());
    Ok(())
}
