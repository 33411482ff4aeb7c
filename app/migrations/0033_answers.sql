-- Which comment an official answer answers: one can answer a reply, and stands beside it.
alter table comments add column answers bigint references comments on delete set null;
update comments c set answers = coalesce(
    (select t.id from audit e join comments t on t.id = (e.detail::json ->> 'to')::bigint and t.article_id = c.article_id
     where e.action = 'answer' and e.subject = 'comment' and e.subject_id = c.id order by e.number limit 1),
    c.parent_id
) where official;
alter table comments add constraint comment_answers check (answers is null or official);
create index comments_answers on comments (answers) where answers is not null;

-- A report moves a comment's version on, so that whoever decides has seen it. Taking the comment down and its writer's
-- correction are right all the same: so many of the last moves were reports.
alter table comments add column reports_since integer not null default 0;
create function count_reports_since() returns trigger language plpgsql as $$
begin
    if new.version <> old.version and new.reports_since = old.reports_since then
        new.reports_since := 0;
    end if;
    return new;
end $$;
create trigger comments_reports_since before update of version on comments
    for each row execute function count_reports_since();
