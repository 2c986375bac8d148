//! What a reviewer reads: one view of the results, and a renderer a file.

mod asked;
mod catalog;
mod catalog_json;
mod compared;
mod compared_json;
mod decided;
mod json;
mod json_v1;
mod markdown;
mod observed;
mod pinned;
mod reasons;
mod record;
mod remarks;
mod status;
mod status_json;
mod status_text;
mod terminal;
mod text;
mod view;
mod weighed;

pub use asked::{Answer, AskedAction, AskedEvent, NoAnswer, Question, ServiceFacts};
pub use catalog::catalog_to_text;
pub use catalog_json::catalog_to_json;
pub use compared::{comparison_to_markdown, comparison_to_terminal};
pub use compared_json::{COMPARISON_SCHEMA, comparison_to_json};
pub use decided::{evaluation_to_json, evaluation_to_text, request_from_json};
pub use json::{SCHEMA, role_to_json, to_json};
pub use markdown::role_to_markdown;
pub use observed::{observed_to_json, observed_to_text};
pub use pinned::{Pinned, any_added, pinned_from_json, pinned_to_json, pinned_to_text};
pub use status::{AccountStatus, Mark, Row, Status};
pub use status_json::status_to_json;
pub use status_text::status_to_terminal;
pub use terminal::to_terminal;
pub use view::{FunctionUse, NotUnderstood, Reading, Report, RoleReport, Verdict};
