//! What a review of infrastructure code asks: AWS's managed policies, runtimes, and which actions read data.

use jiff::civil::Date;

use super::Catalog;
use crate::iam::Action;

impl Catalog {
    /// The document of one of AWS's managed policies, as JSON; `None` for those that are not carried.
    ///
    /// ```
    /// # use tightrope::catalog::Catalog;
    /// let document = Catalog::bundled().managed_policy("AWSLambdaRole").expect("it is carried");
    /// assert!(document.contains("lambda:InvokeFunction"));
    /// ```
    #[must_use]
    pub fn managed_policy(&self, name: &str) -> Option<&'static str> {
        Some(self.managed_policies.rows(&[name]).next()?.column(1))
    }

    /// The day from which a runtime of Lambda is deprecated; `None` for one that the table does not have.
    ///
    /// ```
    /// # use tightrope::catalog::Catalog;
    /// let day = Catalog::bundled().runtime_deprecated("python3.8").expect("in the table");
    /// assert_eq!(day.to_string(), "2024-10-14");
    /// ```
    #[must_use]
    pub fn runtime_deprecated(&self, runtime: &str) -> Option<Date> {
        let row = self.lambda_runtimes.rows(&[runtime]).next()?;
        row.column(1).parse().ok()
    }

    /// What an action reads of what a resource keeps: `objects`. `None` for actions that read no data.
    ///
    /// ```
    /// # use tightrope::catalog::Catalog;
    /// let reads = |action: &str| Catalog::bundled().data_read(&action.parse().expect("an action"));
    /// assert_eq!(reads("s3:GetObject"), Some("objects"));
    /// assert_eq!(reads("s3:GetBucketTagging"), None);
    /// ```
    #[must_use]
    pub fn data_read(&self, action: &Action) -> Option<&'static str> {
        let row = self.data_reads.rows(&[action.as_str()]).next()?;
        Some(row.column(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_a_runtime_is_a_day() {
        for row in Catalog::bundled().lambda_runtimes.all() {
            let day = row.column(1).parse::<Date>();
            assert!(day.is_ok(), "{}", row.text());
        }
    }

    #[test]
    fn every_managed_policy_is_the_committed_document() {
        let folder = std::fs::read_dir("policy-data/generated/managed-policies");
        for entry in folder.expect("the documents") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let name = name.split('.').next().unwrap_or_default();
            let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
            let committed = std::fs::read_to_string(&path).expect("a document");
            let bundled = Catalog::bundled()
                .managed_policy(name)
                .expect("it is carried");
            assert_eq!(read(bundled), read(&committed), "{name}");
        }
    }
}
