-- A trigger before each update makes the database compute all generated columns of a comment anew, the folded text and
-- the words among them, whatever the update changes: half of the time of a decision went there. So many of the latest
-- moves of a comment's version were reports, while its version is still that of the latest report.
drop trigger comments_reports_since on comments;
drop function count_reports_since();
alter table comments add column reported_version integer;
update comments set reported_version = version where reports_since > 0;
