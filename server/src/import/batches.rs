//! The transactions of an import: one a batch, so that an import that was interrupted goes on behind the last one; or a
//! single one that is taken back, where nothing is to be written.

use sqlx::{PgConnection, PgPool, Postgres, Transaction};

/// Batches of changes.
pub struct Batches<'a> {
    pool: &'a PgPool,
    tx: Transaction<'static, Postgres>,
    is_trial: bool,
}

impl<'a> Batches<'a> {
    /// Begins the first batch.
    pub async fn begin(pool: &'a PgPool, is_trial: bool) -> Result<Self, sqlx::Error> {
        Ok(Self { pool, tx: pool.begin().await?, is_trial })
    }

    /// The connection of the batch.
    pub fn db(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Ends a batch and begins the next.
    pub async fn end_batch(&mut self) -> Result<(), sqlx::Error> {
        if !self.is_trial {
            let next = self.pool.begin().await?;
            std::mem::replace(&mut self.tx, next).commit().await?;
        }
        Ok(())
    }

    /// Ends the last batch. A trial takes everything back.
    pub async fn finish(self) -> Result<(), sqlx::Error> {
        if self.is_trial { self.tx.rollback().await } else { self.tx.commit().await }
    }
}
