//! The demo content: articles with drawings and comments, and staff to try the desk with.

use app::accounts::store::{self as accounts, By};
use app::accounts::{Role, password};
use app::articles::store::{NewArticle, insert};
use app::comments::{Draft, store as comments};
use app::error::{AppError, Rule};
use app::keys::{Key, token};
use app::pictures::{files, store as pictures};
use app::ratings::Totals;
use app::settings::store as settings;
use serde::Deserialize;
use sqlx::PgPool;
use std::error::Error;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

const ARTICLES: &str = include_str!("../demo/articles.toml");

/// The drawings, by the name that the articles give them.
const PICTURES: &[(&str, &[u8])] = &[
    ("hoi-nghi-dan-van", include_bytes!("../demo/pictures/hoi-nghi-dan-van.png")),
    ("tiem-phong-soi", include_bytes!("../demo/pictures/tiem-phong-soi.png")),
    ("cup-nuoc-khu-pho-3", include_bytes!("../demo/pictures/cup-nuoc-khu-pho-3.png")),
    ("hop-to-dan-cu", include_bytes!("../demo/pictures/hop-to-dan-cu.png")),
    ("nang-cap-hem-12", include_bytes!("../demo/pictures/nang-cap-hem-12.png")),
    ("hien-mau-tinh-nguyen", include_bytes!("../demo/pictures/hien-mau-tinh-nguyen.png")),
    ("don-kenh-trong-cay", include_bytes!("../demo/pictures/don-kenh-trong-cay.png")),
    ("ban-ho-tro-vneid", include_bytes!("../demo/pictures/ban-ho-tro-vneid.png")),
];

#[derive(Deserialize)]
struct Articles {
    article: Vec<Article>,
}

#[derive(Deserialize)]
struct Article {
    title: String,
    slug: String,
    category: String,
    published: String,
    author: String,
    lead: String,
    body: String,
    picture: String,
    picture_alt: String,
    picture_caption: String,
    carried_points: i64,
    carried_ratings: i64,
    carried_views: i64,
    #[serde(default)]
    comment: Vec<Comment>,
}

#[derive(Deserialize)]
struct Comment {
    name: String,
    body: String,
    minutes: i64,
    #[serde(default)]
    replies: Vec<Comment>,
}

/// What the old site had counted.
const CARRIED_VISITS: &str = "194104";

/// Where the demo staff's sign-in is kept.
pub fn sign_in_file(data: &Path) -> PathBuf {
    data.join("demo-sign-in.txt")
}

/// Loads the demo, once: a site that has articles is left alone.
pub async fn load(pool: &PgPool, key: &Key, data: &Path) -> Result<(), Box<dyn Error>> {
    let mut tx = pool.begin().await?;
    // of two that load at once the second waits, and finds the first's articles
    sqlx::query("lock table articles in exclusive mode").execute(&mut *tx).await?;
    let there: bool = sqlx::query_scalar("select exists (select from articles)").fetch_one(&mut *tx).await?;
    if there {
        tracing::info!("the site has articles: the demo is not loaded again");
    } else {
        tracing::info!("loading the demo content");
        let Articles { article } = toml::from_str(ARTICLES)?;
        for article in article {
            store(&mut tx, article).await?;
        }
    }
    tx.commit().await?;
    if !there {
        settings::set(pool, key, None, "statistics.carried_visits", CARRIED_VISITS).await?;
    }
    staff(pool, key, &sign_in_file(data)).await
}

async fn store(db: &mut sqlx::PgConnection, article: Article) -> Result<(), Box<dyn Error>> {
    let drawing = PICTURES
        .iter()
        .find(|(name, _)| *name == article.picture)
        .ok_or("a demo article names a drawing that is not there")?
        .1;
    let files = tokio::task::spawn_blocking(move || files::make(drawing)).await??;
    let picture = pictures::insert(db, &article.picture_alt, &files).await?;
    let published_at = OffsetDateTime::parse(&article.published, &Rfc3339)?;
    let new = NewArticle {
        slug: &article.slug,
        title: &article.title,
        category: &article.category,
        lead: &article.lead,
        body: &article.body,
        author: &article.author,
        picture: Some(picture),
        caption: &article.picture_caption,
        published_at,
        carried_views: article.carried_views,
        carried: Totals { points: article.carried_points, ratings: article.carried_ratings },
    };
    let id = insert(db, &new).await?;
    for comment in article.comment {
        let top = carry(db, id, None, &comment, published_at).await?;
        for reply in &comment.replies {
            carry(db, id, Some(top), reply, published_at).await?;
        }
    }
    Ok(())
}

async fn carry(
    db: &mut sqlx::PgConnection,
    article: i64,
    parent: Option<i64>,
    comment: &Comment,
    published: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    let draft = Draft { name: comment.name.clone(), email: None, body: comment.body.clone() };
    comments::carry_over(db, article, parent, &draft, published + Duration::minutes(comment.minutes)).await
}

/// Makes the demo's staff with a random password, kept where its owner alone can read it.
async fn staff(pool: &PgPool, key: &Key, file: &Path) -> Result<(), Box<dyn Error>> {
    let people = [("lan", "Chị Lan", Role::Moderator), ("quantri", "Anh Minh", Role::Administrator)];
    let known = accounts::list(pool).await?;
    if people.iter().all(|(username, ..)| known.iter().any(|account| account.username == *username)) {
        return Ok(());
    }
    let secret = token();
    let hash = password::hash(secret.clone()).await?;
    for (username, name, role) in people {
        match accounts::insert(pool, By { account: None, key }, username, name, role, Some(&hash)).await {
            Err(error) if error != AppError::rule(Rule::UsernameTaken) => return Err(error.into()),
            _ => {}
        }
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut out = std::fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(file)?;
    writeln!(out, "Địa chỉ: /quan-tri\nTên đăng nhập: lan (duyệt ý kiến) hoặc quantri (quản trị)\nMật khẩu: {secret}")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_is_whole() {
        let Articles { article: articles } = toml::from_str(ARTICLES).expect("is TOML");
        assert!(articles.len() >= 6);
        for article in &articles {
            assert!(PICTURES.iter().any(|(name, _)| *name == article.picture), "{}", article.picture);
            assert_eq!(article.slug, app::text::slug(&article.title));
            assert!(OffsetDateTime::parse(&article.published, &Rfc3339).is_ok());
            let all = article.comment.iter().flat_map(|comment| std::iter::once(comment).chain(&comment.replies));
            for comment in all {
                assert!(app::comments::parse(&comment.name, "", &comment.body).is_ok(), "{}", comment.body);
            }
        }
        let main = &articles[0];
        assert_eq!(
            (main.carried_points, main.carried_ratings, main.carried_views, main.comment.len()),
            (122, 26, 183, 0)
        );
    }
}
