//! A kept database of each release is migrated to this one, and what was in it is still read.

#![cfg(feature = "ssr")]

use app::features::accounts::store::list_names;
use app::features::articles::store::find_article;
use app::features::articles::store::lists::{Range, list_newest};
use app::features::closures::store::list_closures;
use app::features::comments::store::count_by_state;
use app::features::comments::store::reports::list_reports;
use app::features::comments::store::thread::list_comments;
use app::features::moderation::store::figures::list_days;
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

/// Every migration with the beginning of its checksum. A database that has run one refuses to start once it is another,
/// so a line is added for each new one, and none is ever changed.
const MIGRATED: &[(i64, &str)] = &[
    (1, "b9049f9a5183f296"),
    (2, "b11de77a501f0576"),
    (3, "1b036d64021c043e"),
    (4, "af584f1f8c25a686"),
    (5, "baec0e6b7aaf7686"),
    (6, "d609a7a6ee08c903"),
    (7, "0a5524a9f6b4b3d9"),
    (8, "fccde22e0820f262"),
    (9, "d0cda6ddc0799593"),
    (10, "d274317c2a2219ae"),
    (11, "2d6eccdbf4b27a65"),
    (12, "e5767d7818c0794d"),
    (13, "b22f5cee8bee061e"),
    (14, "da468a2f5eea94d2"),
    (15, "9eb5f5de74165cd0"),
    (16, "cfa9f628c76c0ec3"),
    (17, "464ef27b319dc92b"),
    (18, "141a25a08f98db28"),
    (19, "0726e50592139894"),
    (20, "cab9d3fa01c789be"),
    (21, "faea5f3cd377268d"),
    (22, "4876c9486ba2d0e5"),
    (23, "3b274263c77ca550"),
    (24, "55325b3b679ab868"),
    (25, "cf75ded18db3845b"),
    (26, "42b15af2c2f4712d"),
    (27, "2e63b5d38e1732bf"),
    (28, "e7229c27d415c3b8"),
    (29, "1a1ad9dbae2e799b"),
    (30, "05fcacc3c66aacf9"),
    (31, "3a89884a74254649"),
    (32, "eec26ea4b4c0972e"),
    (33, "a0b96a4eb85094bd"),
    (34, "fd38f08add94592c"),
    (35, "db8f1bd54bf7a903"),
    (36, "4a143461e0c6e905"),
    (37, "fd73625b2b90e2b3"),
    (38, "163fb1eae35d563c"),
    (39, "08e9844eaa6b4279"),
    (40, "a9faa3d5fbf457f1"),
    (41, "1a7fed49e58193dd"),
    (42, "75302b794c3505eb"),
    (43, "4f1fddb7716dbd4a"),
    (44, "1a645bb7c6d3a334"),
    (45, "d969b325eb650aeb"),
    (46, "1381e47bb850261d"),
    (47, "db09dc69a44771f2"),
    (48, "d3adabcc1aef60a5"),
];

#[test]
fn no_migration_is_ever_changed() {
    let checksums = MIGRATIONS.iter().map(|migration| (migration.version, hex::encode(&migration.checksum[..8])));
    let known: Vec<(i64, String)> = MIGRATED.iter().map(|(version, sum)| (*version, (*sum).to_owned())).collect();
    assert_eq!(checksums.collect::<Vec<_>>(), known);
}

async fn check(pool: &PgPool, dump: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(dump.to_owned())).execute(pool).await.expect("restores the dump");
    MIGRATIONS.run(pool).await.expect("migrates");
    MIGRATIONS.run(pool).await.expect("has nothing left to do");
    let (articles, _) = list_newest(pool, Range { offset: 0, limit: 20, except: None }).await.expect("lists");
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
    // the dump has no files of pictures; which article shows which is known all the same
    let shown: i64 = sqlx::query_scalar("select count(*) from article_pictures").fetch_one(pool).await.expect("counts");
    assert!(shown >= 8);
    assert!(ratings > 1, "those that were carried over, and a vote");
    assert!(articles.iter().any(|card| card.comments > 0));
    let counts = count_by_state(pool).await.expect("counts");
    assert!(counts.pending >= 1 && counts.published >= 1);
    assert_eq!(list_reports(pool, &ids).await.expect("lists")[0].details, ["nói xấu"]);
    assert_eq!(count_suspicious_articles(pool).await, Ok(1));
    assert_eq!(list_closures(pool).await.expect("lists")[0].message, "Đã hết hạn góp ý.");
    assert!(load_terms(pool).await.expect("loads").contains(&"từ mẫu".to_owned().into()));
    assert!(list_settings(pool).await.expect("lists").contains(&("site.name".to_owned(), "Phường Mẫu".to_owned())));
    assert!(list_names(pool).await.expect("lists").iter().any(|(_, name)| name == "Chị Lan"));
    // what was reported before counts as reported since
    let unlinked =
        "select count(*) from comments where reports_since > 0 and reported_version is distinct from version";
    assert_eq!(sqlx::query_scalar::<_, i64>(unlinked).fetch_one(pool).await.expect("counts"), 0);
    // the desk's figures go back to before they were kept
    let decided = sqlx::query_scalar::<_, i64>(
        "select count(*) from comments
         where decided_by is not null and state in ('published', 'rejected') and not official",
    );
    let days =
        list_days(pool, time::macros::date!(2000 - 01 - 01), time::macros::date!(2999 - 01 - 01)).await.expect("lists");
    assert_eq!(days.iter().map(|day| day.decided).sum::<i64>(), decided.fetch_one(pool).await.expect("counts"));
}

/// With such a trigger the database computes every generated column anew, folded texts and words of searches among
/// them, in each update of the table.
#[sqlx::test]
async fn no_table_with_generated_columns_has_a_trigger_before_its_updates(pool: PgPool) {
    const BEFORE_EACH_UPDATED_ROW: i16 = 1 | 2 | 16;
    let tables = sqlx::query_scalar::<_, String>(
        "select distinct c.relname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid
         join pg_attribute a on a.attrelid = c.oid and a.attgenerated = 's'
         where not t.tgisinternal and t.tgtype & $1 = $1",
    );
    let tables = tables.bind(BEFORE_EACH_UPDATED_ROW).fetch_all(&pool).await.expect("lists");
    assert_eq!(tables, Vec::<String>::new());
}
