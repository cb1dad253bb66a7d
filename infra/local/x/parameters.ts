/**
 * The parameters of X's four endpoints that take one of a list, as its specification has them (openapi.json 2.167), and
 * the names that they had before posts were called posts, which X still takes: twarc2 sends those.
 */
const userFields = `confirmed_email connection_status created_at description entities id is_identity_verified location
  name parody profile_banner_url profile_image_url protected public_metrics receives_your_dm subscribes_to_you
  subscription subscription_type url username verified verified_followers_count verified_type withheld`;
const postFields = `article article_title attachments card_uri community_id context_annotations conversation_id
  created_at display_text_range edit_controls entities geo id lang matched_media_notes media_metadata
  non_public_metrics note_post note_request_suggestions organic_metrics paid_partnership possibly_sensitive
  promoted_metrics public_metrics reply_settings scopes source suggested_source_links
  suggested_source_links_with_counts text withheld`;
const expansions = 'affiliation most_recent_post_id pinned_post_id';

const listed = (text: string) => text.split(/\s+/);

export const PARAMETERS: Record<string, string[]> = {
  'user.fields': listed(`${userFields} pinned_tweet_id most_recent_tweet_id`),
  'post.fields': listed(postFields),
  'tweet.fields': listed(
    `${postFields} author_id edit_history_tweet_ids in_reply_to_user_id note_tweet referenced_tweets`,
  ),
  expansions: listed(`${expansions} pinned_tweet_id most_recent_tweet_id`),
};

/** The first value that is none of the list, with its parameter; undefined where there is none. */
export function unknownValue(query: URLSearchParams): [parameter: string, value: string] | undefined {
  for (const [parameter, known] of Object.entries(PARAMETERS)) {
    const value = query
      .get(parameter)
      ?.split(',')
      .find((each) => !known.includes(each));
    if (value !== undefined) return [parameter, value];
  }
  return undefined;
}
