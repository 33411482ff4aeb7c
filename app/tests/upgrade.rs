//! A kept database of each release is migrated to this one, and what was in it is still read.

#![cfg(feature = "ssr")]

use app::features::accounts::store::list_names;
use app::features::articles::store::{find_article, list_newest};
use app::features::closures::store::list_closures;
use app::features::comments::store::reports::list_reports;
use app::features::comments::store::{count_by_state, list_comments};
use app::features::ratings::store::review::count_suspicious_articles;
use app::features::rules::store::load_terms;
use app::web::site::MIGRATIONS;
use app::web::store::settings::list_settings;
use sqlx::PgPool;

/// The databases of the releases, oldest first.
const RELEASES: &[&str] = &[include_str!("upgrade/release-0.1.sql")];

#[sqlx::test(migrations = false)]
async fn the_first_releases_database_is_upgraded_and_read(pool: PgPool) {
    check(&pool, RELEASES[0]).await;
}

async fn check(pool: &PgPool, dump: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(dump.to_owned())).execute(pool).await.expect("restores the dump");
    MIGRATIONS.run(pool).await.expect("migrates");
    MIGRATIONS.run(pool).await.expect("has nothing left to do");
    let (articles, _) = list_newest(pool, 1).await.expect("lists");
    assert!(articles.len() >= 8, "the demo has eight articles");
    let (mut ratings, mut ids) = (0, Vec::new());
    for card in &articles {
        let article = find_article(pool, card.id, None).await.expect("reads").expect("is there");
        let comments = list_comments(pool, card.id, 1, None).await.expect("lists");
        assert!(!article.body.is_empty() && comments.is_empty() == (card.comments == 0), "{}", card.title);
        ratings += article.score.totals.ratings;
        for comment in &comments {
            ids.push(comment.id);
            ids.extend(comment.replies.iter().map(|reply| reply.id));
        }
    }
    assert!(ratings > 1, "those that were carried over, and a vote");
    assert!(articles.iter().any(|card| card.comments > 0));
    let counts = count_by_state(pool).await.expect("counts");
    assert!(counts.pending >= 1 && counts.published >= 1);
    assert_eq!(list_reports(pool, &ids).await.expect("lists")[0].details, ["nói xấu"]);
    assert_eq!(count_suspicious_articles(pool).await, Ok(1));
    assert_eq!(list_closures(pool).await.expect("lists")[0].message, "Đã hết hạn góp ý.");
    assert!(load_terms(pool).await.expect("loads").contains(&"từ mẫu".to_owned()));
    assert!(list_settings(pool).await.expect("lists").contains(&("site.name".to_owned(), "Phường Mẫu".to_owned())));
    assert!(list_names(pool).await.expect("lists").iter().any(|(_, name)| name == "Chị Lan"));
}
