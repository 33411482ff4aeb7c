-- Which comment an official answer answers: one can answer a reply, and stands beside it.
alter table comments add column answers bigint references comments on delete set null;
update comments c set answers = coalesce(
    (select t.id from audit e join comments t on t.id = (e.detail::json ->> 'to')::bigint and t.article_id = c.article_id
     where e.action = 'answer' and e.subject = 'comment' and e.subject_id = c.id order by e.number limit 1),
    c.parent_id
) where official;
alter table comments add constraint comment_answers check (answers is null or official);
create index comments_answers on comments (answers) where answers is not null;
