//! File systems that a function mounts.

use std::fmt;

use crate::iam::Arn;

/// A file system that a function mounts through an access point.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileSystem {
    /// Of Amazon EFS: the configuration names the access point, and not the file system.
    Efs {
        /// The access point.
        access_point: Arn,
    },
    /// Of Amazon S3 Files: the configuration names the file system, and not the bucket behind it.
    S3Files {
        /// The access point.
        access_point: Arn,
        /// The file system that it is of.
        file_system: Arn,
        /// Whether Lambda may read objects from the bucket itself.
        direct_read: bool,
    },
}

impl FileSystem {
    /// From the ARN of an access point. `direct_read` counts for S3 Files alone.
    ///
    /// # Errors
    /// When it is no access point of either service.
    pub fn of(access_point: Arn, direct_read: bool) -> Result<Self, String> {
        let file_system = access_point
            .as_str()
            .split_once("/access-point/")
            .and_then(|(file_system, _)| file_system.parse().ok());
        match (access_point.service(), file_system) {
            ("elasticfilesystem", None) => Ok(FileSystem::Efs { access_point }),
            ("s3files", Some(file_system)) => Ok(FileSystem::S3Files {
                access_point,
                file_system,
                direct_read,
            }),
            _ => Err(format!(
                "`{access_point}` is no access point of EFS or S3 Files"
            )),
        }
    }
}

impl fmt::Display for FileSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, arn) = match self {
            FileSystem::Efs { access_point } => ("EFS", access_point),
            FileSystem::S3Files { access_point, .. } => ("S3 Files", access_point),
        };
        let id = arn.resource().rsplit('/').next().unwrap_or_default();
        write!(f, "{kind} access point {id}")
    }
}
