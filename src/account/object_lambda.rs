//! `aws s3control get-access-point-configuration-for-object-lambda`: nothing of a function says that an access
//! point calls it.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessPointConfigurationForObjectLambda.html>

use super::object::Object;
use crate::iam::Arn;
use crate::lambda::unqualified;

/// The functions that the access point calls.
pub(super) fn functions(configuration: &Object<'_>) -> Vec<Arn> {
    let each = configuration.objects("TransformationConfigurations");
    let functions = each.iter().filter_map(|object| {
        let content = object.object("ContentTransformation")?;
        let lambda = content.object("AwsLambda")?;
        lambda.needed_arn("FunctionArn")
    });
    functions.map(|function| unqualified(&function)).collect()
}
