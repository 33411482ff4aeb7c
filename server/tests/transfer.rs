//! The site as a folder, and a site made from the folder.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::base::keys::Key;
use app::features::audit::Actor;
use app::features::media::storage::Storage;
use app::features::transfer::Scope;
use app::web::site::MIGRATIONS;
use axum::http::StatusCode;
use common::{TestSite, start_site_at};
use server::demo::load_demo;
use server::transfer::{Exported, export, import_folder};
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Row};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const KEY: [u8; 32] = [9; 32];

/// Another, empty site beside that of the test; it lasts as long as the test's server does.
async fn empty_site(pool: &PgPool, name: &str) -> PgPool {
    let own: String = sqlx::query_scalar("select current_database()").fetch_one(pool).await.unwrap();
    // names of databases end after 63 bytes
    let name = format!("loa_{}_{name}", own.chars().skip(own.len().saturating_sub(40)).collect::<String>());
    for statement in [format!("drop database if exists \"{name}\""), format!("create database \"{name}\"")] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(pool).await.unwrap();
    }
    let options = pool.connect_options().as_ref().clone().database(&name);
    let other = PgPoolOptions::new().max_connections(5).connect_with(options).await.unwrap();
    MIGRATIONS.run(&other).await.unwrap();
    other
}

/// A site with its file store.
struct Stored {
    pool: PgPool,
    folder: tempfile::TempDir,
}

impl Stored {
    fn new(pool: PgPool) -> Self {
        Self { pool, folder: tempfile::tempdir().unwrap() }
    }

    fn storage(&self) -> Storage {
        Storage::in_folder(&self.folder.path().join("files")).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn export(&self, name: &str, scope: Scope) -> Exported {
        export(&self.pool, &self.storage(), &self.path(name), scope).await.unwrap()
    }

    async fn import(&self, folder: &Path) -> Result<Vec<String>, String> {
        let key = Key::new(1, KEY);
        let imported = import_folder(&self.pool, &self.storage(), Actor::command_line(&key), folder).await;
        imported.map_err(|error| error.to_string())
    }

    async fn run(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&self.pool).await.unwrap();
    }
}

/// The demo, and what it does not have: a waiting comment, an inquiry, covered words, later changes, an earlier
/// address, a withdrawn article that leads elsewhere, an old site's address.
async fn rich_site(pool: PgPool) -> Stored {
    let site = Stored::new(pool);
    load_demo(&site.pool, &Key::new(1, KEY), &site.storage(), site.folder.path()).await.unwrap();
    site.run(
        "insert into consent_texts (version, text) values ('v1', 'Tôi đồng ý');
         update comments set covered = '[{\"start\": 0, \"end\": 5}]' where id = (select min(id) from comments);
         insert into comments (article_id, visitor, name, email, body, body_hash, consent_version, reasons)
         select id, random_hash(), 'Trần Văn Chờ', 'cho@example.vn', 'Ý kiến này đang chờ duyệt', '\\x01', 'v1',
                '[{\"kind\": \"trap\"}]'
         from articles where state = 'published' and kind = 'article' order by id limit 1;
         insert into comments (article_id, visitor, name, phone, body, body_hash, consent_version)
         values (0, random_hash(), 'Lê Hỏi Riêng', '0909 123 456', 'Hồ sơ của tôi ở đâu?', '\\x02', 'v1');
         insert into comments (article_id, visitor, name, body, body_hash, consent_version, state, decided_at)
         select id, random_hash(), 'Kẻ Bị Từ Chối', 'Nội dung bị từ chối', '\\x03', 'v1', 'rejected', now()
         from articles where state = 'published' and kind = 'article' order by id limit 1;
         insert into votes (article_id, visitor, stars) select article_id, random_hash(), 5 from rating_totals limit 3;
         update rating_totals set points = points + 5, ratings = ratings + 1
         where article_id in (select article_id from votes);
         insert into traffic_days (page, day, visits) values (0, '2023-07-12', 40), (1, '2023-07-12', 12);
         insert into traffic_totals (page, visits) values (0, 40), (1, 12);
         update categories set slug = slug || '-moi' where id = (select min(id) from categories);
         insert into article_corrections (article_id, message) values (1, 'Sửa lại giờ họp.');
         insert into comment_policies (article_id, open_days) values (1, 30);
         insert into closures (article_id, comments, ratings, message) values (2, true, false, 'Đã đủ ý kiến.');
         insert into terms (term, kind) values ('cờ bạc', 'gambling');
         insert into saved_answers (title, body) values ('Đã nhận', 'Phường đã nhận được ý kiến.');
         insert into notices (message, begins_at, ends_at)
         values ('Cúp nước khu phố 3', now() - interval '1 hour', now() + interval '9 days');
         insert into origins (kind, module, key, alias, target, digest)
         values ('article', 'vi/news', '12', 'bai-cu', 1, '\\x0a'), ('setting', '', 'source', '', null, '\\x');
         insert into old_modules (language, name, kind) values ('vi', 'news', 'news');",
    )
    .await;
    site.run(
        "update articles set state = 'withdrawn', moved_to = 1, withdrawal_message = '' where id = 3;
         update article_revisions r set content = jsonb_set(content, '{title}', '\"Tiêu đề sẽ đổi\"')
         from articles a where a.id = r.article_id and a.id = 5;
         insert into article_revisions (article_id, revision, content, sanitiser_version)
         select article_id, 2, content, sanitiser_version from article_revisions where article_id = 5 and revision = 1;
         update articles set revision = 2 where id = 5;
         update articles set state = 'withdrawn', withdrawal_message = 'Đã gỡ.'
         where id in (select max(id) from articles where kind <> 'article' and state = 'published' group by kind);
         delete from documents where article_id in (select id from articles where state = 'withdrawn');
         update pictures set name = 'CCCD An.jpg'",
    )
    .await;
    site
}

/// Every file of a folder, by its path there.
fn read_all(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                all.insert(name, fs::read(path).unwrap());
            }
        }
    }
    all
}

fn text_of(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Without the moment at which it was written.
fn without_moment(mut all: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let site: serde_json::Value = serde_json::from_slice(&all.remove("site.json").unwrap()).unwrap();
    let mut site = site.as_object().unwrap().clone();
    site.remove("written_at");
    let mut texts: BTreeMap<String, String> =
        all.into_iter().map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned())).collect();
    texts.insert("site.json".to_owned(), serde_json::to_string(&site).unwrap());
    texts
}

fn assert_same(here: &Path, there: &Path) {
    let (here, there) = (without_moment(read_all(here)), without_moment(read_all(there)));
    assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
    for (name, text) in &here {
        for (line, other) in text.lines().zip(there[name].lines()) {
            assert_eq!(line, other, "{name}");
        }
        assert_eq!(text.len(), there[name].len(), "{name}");
    }
}

/// What a page says to a reader who has no script: its text and its links.
async fn read_page(site: &TestSite, path: &str) -> (StatusCode, String) {
    let answer = site.get(path, "").await;
    let body = answer.body.split("<main").nth(1).unwrap_or_default();
    let body = body.split("</main>").next().unwrap_or_default();
    // the tokens of forms are another site's
    let fields = body.split("<input type=\"hidden\"").map(|part| part.split_once('>').map_or(part, |(_, rest)| rest));
    (answer.status, fields.collect())
}

#[sqlx::test(migrator = "app::web::site::MIGRATIONS")]
async fn a_site_made_from_the_folder_is_the_same(pool: PgPool) {
    let site = rich_site(pool).await;
    let exported = site.export("all", Scope::All).await;
    assert!(exported.missing.is_empty(), "{:?}", exported.missing);
    let other = Stored::new(empty_site(&site.pool, "all").await);
    assert_eq!(other.import(&site.path("all")).await, Ok(vec![]));
    other.export("all", Scope::All).await;
    assert_same(&site.path("all"), &other.path("all"));
    let kept =
        "select (select string_agg(slug, ' ' order by slug) from page_addresses) || min(kept_from) from comments";
    let kept = async |pool| sqlx::query_scalar::<_, String>(kept).fetch_one(pool).await.unwrap();
    assert_eq!(kept(&site.pool).await, kept(&other.pool).await, "addresses of withdrawn pages, and how long is kept");
    let again = other.import(&site.path("all")).await.unwrap_err();
    assert!(again.contains("not empty"), "{again}");

    // what readers open is the same too
    let rows = sqlx::query("select id, slug from public_texts where kind = 'article'").fetch_all(&site.pool).await;
    let articles =
        rows.unwrap().into_iter().map(|row| app::features::articles::article_path(row.get("slug"), row.get("id")));
    let mut paths: Vec<String> = articles.collect();
    paths.extend(["/", "/lich", "/van-ban", "/muc-luc", "/tim-kiem?q=nuoc"].map(str::to_owned));
    let here = start_site_at(site.pool.clone(), "http://site.test", 1).await;
    let there = start_site_at(other.pool.clone(), "http://site.test", 1).await;
    for path in paths {
        let (first, second) = (read_page(&here, &path).await, read_page(&there, &path).await);
        assert!(first.0 == StatusCode::OK && first.1.len() > 100, "{path}: {}", first.0);
        assert_eq!(first, second, "{path}");
    }
}

#[sqlx::test(migrator = "app::web::site::MIGRATIONS")]
async fn the_public_folder_has_what_readers_see_and_nothing_else(pool: PgPool) {
    let site = rich_site(pool).await;
    site.export("public", Scope::Public).await;
    let folder = site.path("public");
    let everything: String =
        without_moment(read_all(&folder)).into_values().collect::<Vec<_>>().join("\n").to_lowercase();
    for hidden in [
        "trần văn chờ",
        "cho@example.vn",
        "lê hỏi riêng",
        "0909 123 456",
        "kẻ bị",
        "tiêu đề sẽ đổi",
        "cờ bạc",
        "cccd",
        "originals/",
    ] {
        assert!(!everything.contains(hidden), "{hidden}");
    }
    let secrets: Vec<String> = sqlx::query_scalar(
        "select encode(visitor, 'hex') from comments union select encode(visitor, 'hex') from votes
         union select encode(link_hash, 'hex') from comments where link_hash is not null
         union select encode(key, 'hex') from secret_keys union select password_hash from accounts
         where password_hash is not null union select username from accounts",
    )
    .fetch_all(&site.pool)
    .await
    .unwrap();
    site.export("all", Scope::All).await;
    let all = without_moment(read_all(&site.path("all"))).into_values().collect::<Vec<_>>().join("\n");
    for secret in secrets.iter().filter(|secret| secret.len() > 12) {
        assert!(!everything.contains(&secret.to_lowercase()) && !all.contains(secret.as_str()), "{secret}");
    }
    assert!(text_of(&folder, "comments.jsonl").contains("•••"), "covered words stay covered");
    assert!(text_of(&folder, "texts.jsonl").lines().all(|line| line.contains("\"state\":\"published\"")));
    // people read it without any program: every picture and file that a page names is there
    let index = text_of(&folder, "index.html");
    let pages: Vec<&str> = index.split("href=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert!(pages.len() > 5, "{index}");
    for page in pages {
        let html = text_of(&folder, page);
        for address in html.split("src=\"").skip(1).filter_map(|part| part.split('"').next()) {
            assert!(folder.join("texts").join(address).is_file(), "{page}: {address}");
        }
    }
    let other = Stored::new(empty_site(&site.pool, "public").await);
    assert_eq!(other.import(&folder).await, Ok(vec![]));
    other.export("public", Scope::Public).await;
    assert_same(&folder, &other.path("public"));
}

#[sqlx::test(migrator = "app::web::site::MIGRATIONS")]
async fn a_folder_that_is_not_as_it_was_written_leaves_nothing(pool: PgPool) {
    let site = rich_site(pool).await;
    site.export("all", Scope::All).await;
    let taken = export(&site.pool, &site.storage(), &site.path("all"), Scope::All).await;
    assert!(taken.unwrap_err().to_string().contains("not empty"), "an export never writes over another");
    let other = Stored::new(empty_site(&site.pool, "broken").await);
    let picture = |all: &Path| fs::read_dir(all.join("pictures")).unwrap().next().unwrap().unwrap().path();
    type Damage<'a> = (&'a str, &'a dyn Fn(&Path), &'a str);
    let change = |all: &Path, name: &str, from: &str, to: &str| {
        let text = text_of(all, name);
        assert!(text.contains(from), "{name} has no {from}");
        fs::write(all.join(name), text.replacen(from, to, 1)).unwrap();
    };
    let damages: [Damage; 11] = [
        (
            "a link to what never ends",
            &|all| {
                fs::remove_file(all.join("tags.jsonl")).unwrap();
                std::os::unix::fs::symlink("/dev/zero", all.join("tags.jsonl")).unwrap();
            },
            "tags.jsonl is not there, or leads out of the folder",
        ),
        ("no site", &|all| fs::remove_file(all.join("site.json")).unwrap(), "no complete export"),
        ("a newer format", &|all| change(all, "site.json", "\"format\": 1", "\"format\": 2"), "newer program"),
        ("a cut line", &|all| change(all, "texts.jsonl", "}\n", "\n"), "texts.jsonl, line 1"),
        (
            "a lost line",
            &|all| {
                let text = text_of(all, "comments.jsonl");
                fs::write(all.join("comments.jsonl"), text.split_once('\n').unwrap().1).unwrap();
            },
            "comments.jsonl",
        ),
        ("a damaged picture", &|all| fs::write(picture(all), b"x").unwrap(), "is damaged"),
        ("a lost picture", &|all| fs::remove_file(picture(all)).unwrap(), "is not there"),
        (
            "a path out of the folder",
            &|all| change(all, "pictures.jsonl", "pictures/", "../../"),
            "leads out of the folder",
        ),
        (
            "a hash that is a path",
            &|all| change(all, "pictures.jsonl", "\"hash\":\"", "\"hash\":\"../../../"),
            "is damaged",
        ),
        ("a strange field", &|all| change(all, "texts.jsonl", "\"id\":", "\"is_admin\":true,\"id\":"), "is_admin"),
        (
            "a time that is none",
            &|all| change(all, "texts.jsonl", "\"created_at\":\"2", "\"created_at\":\"x"),
            "line 1",
        ),
    ];
    for (name, damage, told) in damages {
        let copy = tempfile::tempdir().unwrap();
        for (path, bytes) in read_all(&site.path("all")) {
            let target = copy.path().join(path);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, bytes).unwrap();
        }
        damage(copy.path());
        let refused = other.import(copy.path()).await.expect_err(name);
        assert!(refused.contains(told), "{name}: {refused}");
        let left: i64 = sqlx::query_scalar(
            "select (select count(*) from articles) + (select count(*) from categories)
                    + (select count(*) from pictures) + (select count(*) from comments)",
        )
        .fetch_one(&other.pool)
        .await
        .unwrap();
        assert_eq!(left, 0, "{name}");
    }
    // hostile text is as harmless as from anywhere
    change(
        &site.path("all"),
        "texts.jsonl",
        "\"body\":\"",
        "\"body\":\"<script>alert(1)</script><img src=x onerror=y>",
    );
    assert_eq!(other.import(&site.path("all")).await, Ok(vec![]));
    let harm: i64 = sqlx::query_scalar("select count(*) from articles where body ~ 'script|onerror'")
        .fetch_one(&other.pool)
        .await
        .unwrap();
    assert_eq!(harm, 0);
}
