// Policies whose statements are blocks.
variable "buckets" {
  default = []
}

variable "statements" {
  default = {}
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.work.arn}:*"]
  }

  statement {
    effect    = "Deny"
    actions   = ["s3:DeleteBucket"]
    resources = ["*"]
  }

  statement {
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = var.buckets
  }
}

data "aws_iam_policy_document" "all" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]

  dynamic "statement" {
    for_each = { queue = "sqs:SendMessage", topic = "sns:Publish" }
    content {
      sid       = statement.key
      actions   = [statement.value]
      resources = ["*"]

      dynamic "condition" {
        for_each = var.buckets
        content {
          test     = "StringEquals"
          variable = "aws:ResourceTag/bucket"
          values   = [condition.value]
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.statements
    content {
      effect      = try(statement.value.effect, "Deny")
      actions     = try(statement.value.actions, null)
      not_actions = try(statement.value.not_actions, null)
      resources   = ["arn:aws:s3:::known/*"]
    }
  }
}

data "aws_iam_policy_document" "nobody" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = ["*"]
    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:aws:s3:arn"
      values   = ["arn:aws:s3:::known/*"]
    }
  }
}

resource "aws_cloudwatch_log_group" "work" {
  name = "/aws/lambda/work"
}

resource "aws_iam_role" "work" {
  name_prefix        = "work-"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "work" {
  count  = length(var.buckets)
  name   = "work"
  role   = aws_iam_role.work.name
  policy = data.aws_iam_policy_document.all.json
}
