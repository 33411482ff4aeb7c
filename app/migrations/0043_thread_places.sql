-- A comment that waited on another site has the number that it would have had among those that were shown there, and 2^50
-- on top: it waits after all others, and once it is approved it stands among the comments of its time.
create function thread_place(comment bigint) returns bigint language sql immutable parallel safe
    return comment & 1125899906842623;

-- The numbers stand beside their places, so that counting needs no rows of the table.
drop index comments_shown;
create index comments_shown on comments (article_id, thread_place(id) desc) include (id)
    where state = 'published' and parent_id is null;
drop index comments_replies;
create index comments_replies on comments (parent_id, thread_place(id)) where parent_id is not null;
drop index comments_replies_shown;
create index comments_replies_shown on comments (parent_id, official desc, thread_place(id)) include (id)
    where state = 'published' and parent_id is not null;
drop sequence carried_comments;
-- those that came before this have other numbers beyond 2^50, which are not given again
select setval(pg_get_serial_sequence('comments', 'id'), max(thread_place(id)) + 1) from comments
having max(id) > 1125899906842623;
