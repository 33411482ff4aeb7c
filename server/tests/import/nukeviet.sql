-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- A small site of NukeViet 4.5 in its own format: every state of an article, and texts that are stored in every way.
-- ------------------------------------------------------

/*!40101 SET NAMES utf8mb4 */;

CREATE TABLE `nv4_authors` (
  `admin_id` int(11) unsigned NOT NULL,
  `lev` tinyint(1) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`admin_id`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_authors` VALUES
(1,1),(2,3);

CREATE TABLE `nv4_config` (
  `lang` varchar(3) NOT NULL DEFAULT 'sys',
  `module` varchar(50) NOT NULL DEFAULT 'global',
  `config_name` varchar(30) NOT NULL DEFAULT '',
  `config_value` text DEFAULT NULL,
  UNIQUE KEY `lang` (`lang`,`module`,`config_name`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_config` VALUES
('sys','global','site_lang','vi'),
('sys','global','my_domains','phuong.example.vn'),
('sys','global','rewrite_op_mod','news'),
('sys','site','site_email','ubnd@phuong.example.vn'),
('sys','site','site_phone',''),
('vi','global','site_name','Phường Bình Minh &amp; bà con'),
('vi','global','name_show','0'),
('vi','news','htmlhometext','0');

CREATE TABLE `nv4_counter` (
  `c_type` varchar(100) NOT NULL,
  `c_val` varchar(100) NOT NULL,
  `last_update` int(11) NOT NULL DEFAULT 0,
  `c_count` int(11) unsigned NOT NULL DEFAULT 0,
  UNIQUE KEY `c_type` (`c_type`,`c_val`)
) ENGINE=MyISAM;
INSERT INTO `nv4_counter` VALUES
('c_time','last',0,1790000000),('total','hits',1790000000,194104),('year','2026',1790000000,1222);

CREATE TABLE `nv4_users` (
  `userid` mediumint(8) unsigned NOT NULL AUTO_INCREMENT,
  `username` varchar(100) NOT NULL DEFAULT '',
  `password` varchar(150) NOT NULL DEFAULT '',
  `email` varchar(100) NOT NULL DEFAULT '',
  `first_name` varchar(100) NOT NULL DEFAULT '',
  `last_name` varchar(100) NOT NULL DEFAULT '',
  `active` tinyint(1) unsigned NOT NULL DEFAULT 1,
  PRIMARY KEY (`userid`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_users` VALUES
(1,'Quan Tri','{SSHA512}secret-of-the-old-site','quantri@phuong.example.vn','','',1),
(2,'bientap','{SSHA512}secret-of-the-old-site','bientap@phuong.example.vn','Hạnh','Võ Thị',1),
(5,'ba.tu','{SSHA512}secret-of-the-old-site','batu@mail.example.vn','Tư','Nguyễn',1);

CREATE TABLE `nv4_vi_about` (
  `id` mediumint(8) unsigned NOT NULL AUTO_INCREMENT,
  `title` varchar(250) NOT NULL,
  `alias` varchar(250) NOT NULL,
  `image` varchar(255) NOT NULL DEFAULT '',
  `imagealt` varchar(255) NOT NULL DEFAULT '',
  `description` text DEFAULT NULL,
  `bodytext` mediumtext NOT NULL,
  `weight` smallint(4) NOT NULL DEFAULT 0,
  `add_time` int(11) NOT NULL DEFAULT 0,
  `edit_time` int(11) NOT NULL DEFAULT 0,
  `status` tinyint(1) unsigned NOT NULL DEFAULT 0,
  `hitstotal` mediumint(8) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_about` VALUES
(1,'Giới thiệu phường','Gioi-thieu-phuong','','','Vài nét về phường.','<h1>Phường Bình Minh</h1><p>Có <b>bảy</b> khu phố.</p>',1,1500000000,0,1,12),
(2,'Trang chưa đăng','chua-dang','','','','<p>Đang soạn.</p>',2,1500000000,0,0,0);

CREATE TABLE `nv4_vi_comment` (
  `cid` mediumint(8) unsigned NOT NULL AUTO_INCREMENT,
  `module` varchar(55) NOT NULL,
  `area` int(11) NOT NULL DEFAULT 0,
  `id` mediumint(8) unsigned NOT NULL DEFAULT 0,
  `pid` mediumint(8) unsigned NOT NULL DEFAULT 0,
  `content` text NOT NULL,
  `attach` varchar(255) NOT NULL DEFAULT '',
  `post_time` int(11) unsigned NOT NULL DEFAULT 0,
  `userid` mediumint(8) unsigned NOT NULL DEFAULT 0,
  `post_name` varchar(100) NOT NULL,
  `post_email` varchar(100) NOT NULL,
  `post_ip` varchar(39) NOT NULL DEFAULT '',
  `status` tinyint(1) unsigned NOT NULL DEFAULT 0,
  `likes` mediumint(9) NOT NULL DEFAULT 0,
  `dislikes` mediumint(9) NOT NULL DEFAULT 0,
  PRIMARY KEY (`cid`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_comment` VALUES
(1,'news',8,1,0,'Đường hẻm 12 ngập quá&#33;<br />Mong phường xem giúp.','',1600001000,0,'Trần &quot;Tèo&quot; Văn','teo@mail.example.vn','203.0.113.5',1,3,0),
(2,'news',8,1,1,'Đồng ý &amp; ủng hộ.','',1600002000,5,'ba.tu','batu@mail.example.vn','203.0.113.6',1,0,0),
(3,'news',8,1,2,'&lt;b&gt; không phải thẻ &#x2F; 1 &lt; 2','',1600003000,0,'Cô Ba','coba@mail.example.vn','2001:db8::1',1,0,0),
(4,'news',8,1,0,'ok','',1600000500,0,'A','a@mail.example.vn','203.0.113.7',1,0,0),
(5,'news',8,1,0,'Chưa ai duyệt câu này cả.','',1600004000,0,'Người chờ','cho@mail.example.vn','203.0.113.8',0,0,0),
(6,'news',8,1,99,'Trả lời một ý kiến đã bị xóa.','',1600005000,0,'Mồ côi','','',1,0,0),
(7,'news',8,77,0,'Ý kiến của bài không còn.','',1600005000,0,'Ai đó','','',1,0,0),
(8,'news',8,1,0,'<p>Đã <strong>sửa</strong> trong trình soạn thảo.</p>','comment/a.jpg',1600006000,0,'Bác Sáu','','',1,0,0),
(9,'about',9,1,0,'Ý kiến ở trang giới thiệu.','',1600006000,0,'Ai đó','','',1,0,0);

CREATE TABLE `nv4_vi_contact_department` (
  `id` smallint(5) unsigned NOT NULL AUTO_INCREMENT,
  `full_name` varchar(250) NOT NULL,
  `phone` varchar(255) NOT NULL,
  `email` varchar(100) NOT NULL,
  `address` varchar(255) NOT NULL,
  `weight` smallint(5) NOT NULL,
  `is_default` tinyint(1) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_contact_department` VALUES
(1,'Một cửa','(0276) 3.822.001[+842763822001]','motcua@phuong.example.vn','12 đường Bình Minh',1,1);

CREATE TABLE `nv4_vi_menu_rows` (
  `id` mediumint(5) NOT NULL AUTO_INCREMENT,
  `parentid` mediumint(5) unsigned NOT NULL,
  `mid` smallint(5) NOT NULL DEFAULT 0,
  `title` varchar(255) NOT NULL,
  `link` text NOT NULL,
  `weight` int(11) NOT NULL,
  `sort` int(11) NOT NULL DEFAULT 0,
  `lev` int(11) NOT NULL DEFAULT 0,
  `status` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_menu_rows` VALUES
(1,0,1,'Giới thiệu','/index.php?language=vi&nv=about&op=Gioi-thieu-phuong.html',1,1,0,1),
(2,0,1,'Tin &amp; bài','/index.php?language=vi&nv=news&op=tin-tuc',2,2,0,1),
(3,2,1,'Thông báo','/vi/news/thong-bao/',1,3,1,1),
(4,0,1,'Thành viên','/index.php?language=vi&nv=users',3,4,0,1),
(5,0,1,'Dịch vụ công','https://dichvucong.gov.vn/',4,5,0,1);

CREATE TABLE `nv4_vi_modules` (
  `title` varchar(50) NOT NULL,
  `module_file` varchar(50) NOT NULL DEFAULT '',
  `module_data` varchar(50) NOT NULL DEFAULT '',
  `module_upload` varchar(50) NOT NULL DEFAULT '',
  `weight` tinyint(3) unsigned NOT NULL,
  `act` tinyint(1) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`title`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_modules` VALUES
('about','page','about','about',1,1),('news','news','news','news',2,1),('su-kien','news','su_kien','su-kien',3,1),('users','users','users','users',4,1),
('contact','contact','contact','contact',5,1),('statistics','statistics','statistics','statistics',6,1),('seek','seek','seek','seek',7,1);

CREATE TABLE `nv4_vi_news_author` (
  `id` mediumint(8) unsigned NOT NULL AUTO_INCREMENT,
  `alias` varchar(100) NOT NULL DEFAULT '',
  `pseudonym` varchar(100) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_news_author` VALUES
(1,'ban-bien-tap','Ban Biên tập');

CREATE TABLE `nv4_vi_news_authorlist` (
  `id` int(11) NOT NULL,
  `aid` mediumint(8) NOT NULL,
  `alias` varchar(100) NOT NULL DEFAULT '',
  `pseudonym` varchar(100) NOT NULL DEFAULT ''
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_news_authorlist` VALUES
(2,1,'ban-bien-tap','Ban Biên tập');

CREATE TABLE `nv4_vi_news_block` (
  `bid` smallint(5) unsigned NOT NULL,
  `id` int(11) unsigned NOT NULL,
  `weight` int(11) unsigned NOT NULL,
  UNIQUE KEY `bid` (`bid`,`id`)
) ENGINE=MyISAM;
INSERT INTO `nv4_vi_news_block` VALUES
(1,1,3),(1,2,1),(1,99,2),(2,2,1),(3,99,1);

CREATE TABLE `nv4_vi_news_block_cat` (
  `bid` smallint(5) unsigned NOT NULL AUTO_INCREMENT,
  `adddefault` tinyint(4) NOT NULL DEFAULT 0,
  `title` varchar(250) NOT NULL DEFAULT '',
  `alias` varchar(250) NOT NULL DEFAULT '',
  `description` varchar(255) DEFAULT '',
  `weight` smallint(5) NOT NULL DEFAULT 0,
  PRIMARY KEY (`bid`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_news_block_cat` VALUES
(1,0,'Tin tiêu điểm','Tin-tieu-diem','Bài nên đọc',1),
(2,1,'Tin mới nhất','Tin-moi-nhat','',2),
(3,0,'Nhóm trống','nhom-trong','',3);

CREATE TABLE `nv4_vi_news_cat` (
  `catid` smallint(5) unsigned NOT NULL AUTO_INCREMENT,
  `parentid` smallint(5) unsigned NOT NULL DEFAULT 0,
  `title` varchar(250) NOT NULL,
  `alias` varchar(250) NOT NULL DEFAULT '',
  `weight` smallint(5) unsigned NOT NULL DEFAULT 0,
  `sort` smallint(5) NOT NULL DEFAULT 0,
  `lev` smallint(5) NOT NULL DEFAULT 0,
  `viewcat` varchar(50) NOT NULL DEFAULT 'viewcat_page_new',
  `groups_view` varchar(255) DEFAULT '',
  `status` smallint(4) NOT NULL DEFAULT 1,
  `description` text DEFAULT NULL,
  PRIMARY KEY (`catid`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_news_cat` VALUES
(1,0,'Tin tức','tin-tuc',1,1,0,'viewcat_page_new','6',1,''),
(2,1,'Thông báo','Thong-bao',1,2,1,'viewcat_page_new','6',2,''),
(3,2,'Khẩn &#40;rất&#41;','khan',1,3,2,'viewcat_page_new','6',1,'Lệnh khẩn của phường'),
(4,0,'Lưu trữ','luu-tru',2,4,0,'viewcat_page_new','6',0,''),
(5,0,'Nội bộ','noi-bo',3,5,0,'viewcat_page_new','1,2,3',1,''),
(6,0,'Không ở trang chủ','khong-o-trang-chu',4,6,0,'viewcat_page_new','6',2,'');

CREATE TABLE `nv4_vi_news_detail` (
  `id` int(11) unsigned NOT NULL,
  `titlesite` varchar(255) NOT NULL DEFAULT '',
  `description` text NOT NULL,
  `bodyhtml` longtext NOT NULL,
  `keywords` varchar(255) DEFAULT '',
  `sourcetext` varchar(255) DEFAULT '',
  `files` text DEFAULT NULL,
  `imgposition` tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_news_detail` VALUES
(1,'','Câu cho máy tìm kiếm','<p style=\"text-align: justify;\">Sáng nay, <b>phường</b> họp &amp; bàn về hẻm 12.</p>\r\n\r\n<p style=\"text-align:center\"><img alt=\"Quang cảnh\" src=\"/uploads/news/2023_07/quang-canh.jpg\" /></p>\r\n\r\n<p>Xem <a href=\"/uploads/news/2023_07/ke-hoach.pdf\">kế hoạch</a>, <a href=\"/tin-tuc/bai-hai-2.html\">bài trước</a>.</p>\r\n\r\n<p><u>Hết</u> &#91;1&#93;</p>','','','/news/2023_07/ke-hoach.pdf',2),
(2,'','','<p>Bài hai có ảnh ở nơi khác: <img src=\"https://anh.example.com/a.png\" alt=\"Bản đồ\"> và ảnh mất <img src=\"/uploads/news/mat.jpg\"></p>','','https://bao.example.vn/tin','',1),
(3,'','','<p>Bài hẹn giờ.</p>','','','',1),
(4,'','','<p>Bài hết hạn.</p>','','','',1),
(5,'','','<p>Bản nháp.</p>','','','',1),
(6,'','','<p>Chờ duyệt.</p>','','','',1),
(7,'','','<p>Ngừng đăng.</p>','','','',1),
(8,'','','<p>Chuyên mục bị khóa.</p>','','','',1),
(9,'','','<p>Câu đầu tiên của bài không có mở đầu. Câu thứ hai.</p>','','','',1),
(10,'','','<p>Hết hạn theo giờ.</p>','','','',1),
(11,'','','','','https://dich.example.vn/bai','',1),
(12,'','','<p>Chuyên mục đã mất.</p>','','','',1),
(13,'','','<p>Việc nội bộ.</p>','','','',1);

CREATE TABLE `nv4_vi_news_rows` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,
  `catid` smallint(5) unsigned NOT NULL DEFAULT 0,
  `listcatid` varchar(255) NOT NULL DEFAULT '',
  `topicid` smallint(5) unsigned NOT NULL DEFAULT 0,
  `admin_id` mediumint(8) unsigned NOT NULL DEFAULT 0,
  `author` varchar(250) DEFAULT '',
  `sourceid` mediumint(8) NOT NULL DEFAULT 0,
  `addtime` int(11) unsigned NOT NULL DEFAULT 0,
  `edittime` int(11) unsigned NOT NULL DEFAULT 0,
  `status` tinyint(4) NOT NULL DEFAULT 1,
  `weight` int(11) unsigned NOT NULL DEFAULT 0,
  `publtime` int(11) unsigned NOT NULL DEFAULT 0,
  `exptime` int(11) unsigned NOT NULL DEFAULT 0,
  `title` varchar(250) NOT NULL DEFAULT '',
  `alias` varchar(250) NOT NULL DEFAULT '',
  `hometext` text NOT NULL,
  `homeimgfile` varchar(255) DEFAULT '',
  `homeimgalt` varchar(255) DEFAULT '',
  `homeimgthumb` tinyint(4) NOT NULL DEFAULT 0,
  `inhome` tinyint(1) unsigned NOT NULL DEFAULT 1,
  `allowed_comm` varchar(255) DEFAULT '',
  `allowed_rating` tinyint(1) unsigned NOT NULL DEFAULT 0,
  `external_link` tinyint(1) unsigned NOT NULL DEFAULT 0,
  `hitstotal` mediumint(8) unsigned NOT NULL DEFAULT 0,
  `hitscm` mediumint(8) unsigned NOT NULL DEFAULT 0,
  `total_rating` int(11) NOT NULL DEFAULT 0,
  `click_rating` int(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_news_rows` VALUES
(1,1,'1,2',1,1,'Quỳnh &amp; Yên',1,1599990000,1600090000,1,1,1600000000,0,'Phường họp&#x3A; hẻm 12 &quot;ngập&quot;','phuong-hop-hem-12','Sáng 12/7, tại phòng họp.<br />Q&A: 1 < 2 &#91;mới&#93; 👍','2023_07/hop.jpg','Cuộc họp &#40;12&#x002F;7&#41;',1,1,'6',1,0,183,4,122,26),
(2,2,'2',1,1,'',0,1600000000,0,1,2,1600100000,0,'Bài hai','bai-hai','Mở đầu bài hai.','https://anh.example.com/dau-bai.jpg','',3,1,'',0,0,50,0,99,2),
(3,1,'1',0,1,'An',0,1600000000,0,2,3,4102444800,0,'Bài hẹn giờ','bai-hen-gio','Mở đầu.','','',0,1,'6',1,0,0,0,0,0),
(4,1,'1',0,1,'An',0,1600000000,1600300000,3,4,1600200000,0,'Bài hết hạn','bai-het-han','Mở đầu.','','',0,1,'6',1,0,7,0,0,0),
(5,1,'1',0,1,'An',0,1600000000,0,4,5,1600200000,0,'Bản nháp','ban-nhap','','','',0,1,'6',1,0,0,0,0,0),
(6,1,'1',0,1,'An',0,1600000000,0,8,6,1600200000,0,'Chờ duyệt','cho-duyet','Mở đầu.','','',0,1,'4',1,0,0,0,0,0),
(7,1,'1',0,1,'An',0,1600000000,0,0,7,1600200000,0,'Ngừng đăng','ngung-dang','Mở đầu.','','',0,1,'6',1,0,3,0,0,0),
(8,4,'4',0,1,'An',0,1600000000,0,22,8,1600200000,0,'Chuyên mục bị khóa','bi-khoa','Mở đầu.','','',0,1,'6',1,0,0,0,0,0),
(9,3,'3',0,1,'',0,1600000000,0,1,9,0,0,'Không mở đầu, không giờ','khong-mo-dau','','','',0,1,'2,3',1,0,1,0,0,0),
(10,1,'1',0,1,'An',0,1600000000,0,1,10,1600200000,1600300000,'Hết hạn theo giờ','het-han-theo-gio','Mở đầu.','','',0,0,'6',1,0,0,0,0,0),
(11,1,'1',0,1,'An',0,1600000000,0,1,11,1600200000,0,'Bài dẫn đi nơi khác','bai-hai','Mở đầu.','','',0,1,'6',1,1,0,0,0,0),
(12,99,'99',0,1,'An',0,1600000000,0,1,12,1600200000,0,'Chuyên mục đã mất','chuyen-muc-da-mat','Mở đầu.','','',0,1,'6',1,0,0,0,0,0),
(13,5,'5',0,1,'An',0,1600000000,0,1,13,1600200000,0,'Chỉ cán bộ được đọc','chi-can-bo','Mở đầu.','','',0,1,'6',1,0,0,0,0,0);

CREATE TABLE `nv4_vi_news_1` LIKE `nv4_vi_news_rows`;
INSERT INTO `nv4_vi_news_1` (`id`, `title`) VALUES
(1,'Bản sao cũ của bài một');

CREATE TABLE `nv4_vi_news_sources` (
  `sourceid` mediumint(8) unsigned NOT NULL AUTO_INCREMENT,
  `title` varchar(250) NOT NULL DEFAULT '',
  `link` varchar(255) DEFAULT '',
  PRIMARY KEY (`sourceid`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_news_sources` VALUES
(1,'Báo Bình Minh','https://bao.example.vn');

CREATE TABLE `nv4_vi_news_tags` (
  `tid` mediumint(8) unsigned NOT NULL AUTO_INCREMENT,
  `title` varchar(250) NOT NULL DEFAULT '',
  `alias` varchar(250) NOT NULL DEFAULT '',
  `keywords` varchar(255) DEFAULT '',
  PRIMARY KEY (`tid`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_news_tags` VALUES
(1,'','dân-vận','dân vận');

CREATE TABLE `nv4_vi_news_tags_id` (
  `id` int(11) NOT NULL,
  `tid` mediumint(9) NOT NULL,
  `keyword` varchar(65) NOT NULL
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_news_tags_id` VALUES
(1,1,'Dân vận'),(2,1,'Dân vận');

CREATE TABLE `nv4_vi_news_topics` (
  `topicid` smallint(5) unsigned NOT NULL AUTO_INCREMENT,
  `title` varchar(250) NOT NULL DEFAULT '',
  `alias` varchar(250) NOT NULL DEFAULT '',
  `description` varchar(255) DEFAULT '',
  `weight` smallint(5) NOT NULL DEFAULT 0,
  PRIMARY KEY (`topicid`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_news_topics` VALUES
(1,'Chỉnh trang hẻm','chinh-trang-hem','',1);

CREATE TABLE `nv4_vi_su_kien_cat` (
  `catid` smallint(5) unsigned NOT NULL AUTO_INCREMENT,
  `parentid` smallint(5) unsigned NOT NULL DEFAULT 0,
  `title` varchar(250) NOT NULL,
  `alias` varchar(250) NOT NULL DEFAULT '',
  `weight` smallint(5) unsigned NOT NULL DEFAULT 0,
  `sort` smallint(5) NOT NULL DEFAULT 0,
  `lev` smallint(5) NOT NULL DEFAULT 0,
  `viewcat` varchar(50) NOT NULL DEFAULT 'viewcat_page_new',
  `groups_view` varchar(255) DEFAULT '',
  `status` smallint(4) NOT NULL DEFAULT 1
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_su_kien_cat` VALUES
(1,0,'Lễ hội','tin-tuc',1,1,0,'viewcat_page_new','6',1);

CREATE TABLE `nv4_vi_su_kien_detail` (
  `id` int(11) unsigned NOT NULL,
  `bodyhtml` longtext NOT NULL
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;

CREATE TABLE `nv4_vi_su_kien_rows` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,
  `catid` smallint(5) unsigned NOT NULL DEFAULT 0,
  `listcatid` varchar(255) NOT NULL DEFAULT '',
  `author` varchar(250) DEFAULT '',
  `addtime` int(11) unsigned NOT NULL DEFAULT 0,
  `status` tinyint(4) NOT NULL DEFAULT 1,
  `publtime` int(11) unsigned NOT NULL DEFAULT 0,
  `title` varchar(250) NOT NULL DEFAULT '',
  `alias` varchar(250) NOT NULL DEFAULT '',
  `hometext` text NOT NULL,
  `allowed_comm` varchar(255) DEFAULT '',
  `allowed_rating` tinyint(1) unsigned NOT NULL DEFAULT 0,
  `hitstotal` mediumint(8) unsigned NOT NULL DEFAULT 0
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO `nv4_vi_su_kien_rows` VALUES
(1,1,'1','An',1600000000,1,1600400000,'Hội xuân','hoi-xuan','Mùng mười.','6',1,9);

CREATE TABLE `nv4_vi_weblinks_rows` (
  `id` int(11) NOT NULL,
  `title` text NOT NULL
) ENGINE=MyISAM;
INSERT INTO `nv4_vi_weblinks_rows` VALUES
(1,'Một liên kết; có dấu \'nháy\' và (ngoặc)'),(2,NULL);
-- Dump completed on 2026-11-20  8:00:00
