import java.awt.Color;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * What spark.read.format("image") makes of files, without Spark. Reads a path a line on stdin; writes for each, big-endian: its height,
 * width, channels, mode, the number of bytes, the bytes; or a height of -1 for Spark's row of no picture, which it also gives where
 * the reader throws.
 */
class ImageSchema {
  public static void main(String[] arguments) throws IOException {
    var paths = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 20));
    for (String path = paths.readLine(); path != null; path = paths.readLine()) {
      write(Files.readAllBytes(Path.of(path)), out);
      out.flush();
    }
  }

  static void write(byte[] file, DataOutputStream out) throws IOException {
    BufferedImage image = null;
    try {
      image = ImageIO.read(new ByteArrayInputStream(file));
    } catch (RuntimeException | IOException broken) {
      // No picture.
    }
    if (image == null) {
      out.writeInt(-1);
      return;
    }
    boolean gray = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    boolean alpha = image.getColorModel().hasAlpha();
    int channels = gray ? 1 : alpha ? 4 : 3;
    int height = image.getHeight();
    int width = image.getWidth();
    byte[] data = new byte[height * width * channels];
    for (int row = 0, at = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        if (gray) {
          data[at++] = (byte) image.getRaster().getSample(column, row, 0);
          continue;
        }
        var color = new Color(image.getRGB(column, row), alpha);
        data[at++] = (byte) color.getBlue();
        data[at++] = (byte) color.getGreen();
        data[at++] = (byte) color.getRed();
        if (alpha) data[at++] = (byte) color.getAlpha();
      }
    }
    out.writeInt(height);
    out.writeInt(width);
    out.writeInt(channels);
    out.writeInt(gray ? 0 : alpha ? 24 : 16);
    out.writeInt(data.length);
    out.write(data);
  }
}
