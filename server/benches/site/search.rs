//! Searching 20,000 articles and 100,000 comments: common and rare words, with diacritics and without.

use super::client::Client;
use super::desk::milliseconds;
use super::{Bench, Line, line, percentile};
use app::base::url::encode;
use app::routes;
use std::time::Instant;

const ARTICLES: u32 = 20_000;
const COMMENTS: u32 = 100_000;
const SEARCHES: usize = 200;

/// The syllables that the texts are made of; each text takes some by its number.
const SYLLABLES: &str = "phường khu phố tổ dân cư họp lịch cúp nước điện đường hẻm cầu kênh rác trường học sinh tiêm \
                         chủng vắc xin sởi bệnh viện trạm y tế khám miễn phí người cao tuổi trẻ em thanh niên phụ nữ \
                         hội chợ an toàn thực phẩm phòng cháy chữa công bộ đội tuyển quân giấy tờ khai kết hôn tạm trú \
                         căn cước bảo hiểm vay vốn nghèo việc làm cây xanh sạch đẹp mưa bão ngập lụt thể thao văn nghệ";

pub fn lines(bench: &Bench) -> Vec<Line> {
    prepare(bench);
    let searches = [
        ("one common syllable without diacritics", "phuong", ""),
        ("the same with diacritics", "phường", ""),
        ("three common syllables", "lịch cúp nước", ""),
        ("a rare phrase", "\"số hiếm 777\"", ""),
        ("a word with a wrong letter", "tiêm chugn", ""),
        ("one common syllable in comments", "nước", "&trong=y-kien"),
    ];
    let mut client = Client::new(bench.address);
    searches
        .into_iter()
        .map(|(label, typed, more)| {
            let path = format!("{}?q={}{more}", routes::SEARCH.path, encode(typed));
            let mut times = Vec::with_capacity(SEARCHES);
            let mut cold = 0.0;
            for n in 0..=SEARCHES {
                let start = Instant::now();
                let answer = client.get(&path, "");
                assert_eq!(answer.status(), 200);
                assert!(String::from_utf8_lossy(&answer.body).contains("class=\"results\""), "{label} finds nothing");
                if n == 0 { cold = milliseconds(start) } else { times.push(milliseconds(start)) }
            }
            line(
                format!("a search among 20,000 articles and 100,000 comments: {label}"),
                format!(
                    "p50 {:.0} ms, p99 {:.0} ms, the first {cold:.0} ms",
                    percentile(&mut times, 0.5),
                    percentile(&mut times, 0.99)
                ),
                "p99 50 ms",
            )
        })
        .collect()
}

fn prepare(bench: &Bench) {
    bench.sql(&format!(
        "create temporary table syllables as
             select row_number() over () - 1 as n, s from unnest(string_to_array('{SYLLABLES}', ' ')) s;
         create function pg_temp.words(seed bigint, count integer) returns text language sql as $$
             select string_agg(s, ' ') from generate_series(1, count) k
             join syllables on n = (seed * 7919 + k * k * 31 + k * seed) % (select count(*) from syllables)
         $$;
         with a as (
             insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author,
                                   published_at)
             select 'published', 'tim-' || n, pg_temp.words(n, 8), (select min(id) from categories),
                    pg_temp.words(n + 1, 25),
                    '<p>' || pg_temp.words(n + 2, 150) || ' phường số hiếm ' || n || '</p>', 3, 'An',
                    timestamptz '2015-01-01' + interval '3 hours' * n
             from generate_series(1, {ARTICLES}) n returning id),
           r as (insert into rating_totals (article_id) select id from a)
         insert into comment_totals (article_id) select id from a;
         insert into consent_texts (version, text) values ('bench', 'bench') on conflict do nothing;
         insert into comments (article_id, visitor, name, body, body_hash, state, version, consent_version,
                               published_at, decided_at)
         select (select min(id) from articles where slug = 'tim-1') + n % 1000, sha256(n::text::bytea),
                'Nguyễn Văn Đức', pg_temp.words(n, 20) || ' nước ' || n, sha256(n::text::bytea), 'published', 2,
                'bench', now(), now()
         from generate_series(1, {COMMENTS}) n;
         analyze;"
    ));
}
