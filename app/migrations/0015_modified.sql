-- When the public version of an article last changed, for search engines.

create or replace view public_articles as
select a.id, a.slug, a.title, c.name as category, a.lead, a.body, a.author, a.picture_id, a.picture_caption,
       a.carried_views, a.published_at,
       -- the first revision is as old as its publication, also where it was carried over later
       case when a.revision > 1 then greatest(a.updated_at, a.published_at) else a.published_at end as modified_at
from articles a join categories c on c.id = a.category_id
where a.state in ('scheduled', 'published') and a.published_at <= now() and (a.ends_at is null or a.ends_at > now());
